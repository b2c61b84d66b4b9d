// Stand-in of The One PSA on the contract of this suite: it keeps tickets, and fails on request the way real peers do.
import { createHash, timingSafeEqual } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { join } from 'node:path'
import { psaHeaders } from '../../shared/peers/psa/contract.ts'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { answerThroughFault, createFaults } from './faults.ts'
import { type Answer, findRoute, problem, readJsonBody, sendAnswer } from './http-exchange.ts'
import { forgetfulJournal, openJournal } from './journal.ts'
import { createPsaControl } from './psa-control.ts'
import { psaPage } from './psa-page.ts'
import { createPsaRoutes } from './psa-routes.ts'
import { PsaChange } from './psa-state.ts'
import { createPsaTickets } from './psa-tickets.ts'
import { createRequestCounts } from './request-counts.ts'

export type PsaOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Integration keys that are accepted, for every tenant that the control API has not refused. */
  readonly keys: readonly string[]
  /** Where tickets are kept; without it they are gone when the process ends. */
  readonly dataFolder?: string
}

export type RunningPsa = { readonly url: string; readonly close: () => Promise<void> }

export const startPsa = async ({ port, keys, dataFolder }: PsaOptions): Promise<RunningPsa> => {
  if (keys.length === 0) throw new Error('The PSA stand-in needs at least one integration key. Start it with --key.')
  const { journal, entries } =
    dataFolder === undefined
      ? { journal: forgetfulJournal, entries: [] }
      : openJournal(join(dataFolder, 'psa.jsonl'), PsaChange)
  const tickets = createPsaTickets(journal, entries)
  const parts = { tickets, faults: createFaults(), counts: createRequestCounts(), baseUrl: () => url }
  const routes = createPsaRoutes(tickets, parts.baseUrl)
  const control = createPsaControl(parts)

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const method = request.method ?? 'GET'
    const read = await readJsonBody(request)
    if ('refusal' in read) return read.refusal
    const body = read.value
    const controlled = findRoute(control, method, pathname)
    if (controlled) {
      if (isFromAnotherSite(request)) return problem(403, 'The request came from another site')
      return controlled.handler({
        tenantId: searchParams.get('tenantId') ?? undefined,
        params: controlled.params,
        body,
      })
    }
    const matched = findRoute(routes, method, pathname)
    if (!matched)
      return (method === 'GET' ? psaPage(tickets, pathname) : undefined) ?? problem(404, 'There is no such route')
    const { name, run } = matched.handler
    const tenantId = headerOf(request, psaHeaders.tenant)
    parts.counts.add(name, tenantId)
    return answerThroughFault(parts.faults.take(name, tenantId), response, () => {
      if (!isAccepted(headerOf(request, psaHeaders.key), keys)) return problem(401, 'The integration key is not valid')
      if (tenantId === undefined) return problem(400, `The header ${psaHeaders.tenant} is missing`)
      if (!tickets.mayActFor(tenantId)) return problem(403, 'The key may not act for this tenant')
      return run({ tenantId, params: matched.params, query: searchParams, body })
    })
  }

  const server = createServer((request, response) => {
    void respond(response, handle(request, response))
  })
  const url = await listenOnLoopback(server, port, 'LOCAL_PSA_PORT')
  return {
    url,
    close: async () => {
      // What hangs on purpose would hold the process for the whole grace.
      await closeServer(server, 200)
      journal.close()
    },
  }
}

const respond = async (response: ServerResponse, answering: Promise<Answer | undefined>): Promise<void> => {
  try {
    const answer = await answering
    if (answer) sendAnswer(response, answer)
  } catch (error) {
    console.error('The PSA stand-in could not answer:', error)
    if (!response.headersSent) sendAnswer(response, problem(500, 'The stand-in failed: see its output'))
  }
}

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const isAccepted = (given: string | undefined, keys: readonly string[]): boolean =>
  given !== undefined && keys.some((key) => timingSafeEqual(digest(key), digest(given)))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A page in the person's browser must not be able to reset the stand-in behind their back. */
const isFromAnotherSite = (request: IncomingMessage): boolean =>
  !['none', 'same-origin'].includes(headerOf(request, 'sec-fetch-site') ?? 'none')
