// Starting an instance over HTTP, and waiting a while for its end if the caller asks for that.
import { setTimeout as sleep } from 'node:timers/promises'
import { BadRequestError, type Exchange, flag, jsonBody, parameter, writeJson, writeProblem } from './api-exchange.ts'
import { UnknownOrchestratorError } from './engine.ts'
import { isFinal } from './instance.ts'
import { instanceIdProblem } from './instance-rows.ts'
import { InstanceExistsError } from './instances.ts'
import { managementUrls } from './management-urls.ts'

const answerAccepted = ({ response, url, options }: Exchange, instanceId: string): void => {
  const urls = managementUrls(url.origin, options, instanceId)
  writeJson(response, 202, urls, { location: urls.statusQueryGetUri, 'retry-after': '10' })
}

const secondsAt = (url: URL, name: string): number | undefined => {
  const value = Number(parameter(url, name) ?? Number.NaN)
  return value >= 0 && Number.isFinite(value) ? value : undefined
}

/** 200 with the output, 500 when it failed; the usual 202 when it takes longer than `timeout` seconds. */
const answerEnd = async (exchange: Exchange, instanceId: string, timeout: number, interval: number): Promise<void> => {
  const { engine, response } = exchange
  const deadline = performance.now() + timeout * 1_000
  for (;;) {
    const head = await engine.read(instanceId)
    if (head && isFinal(head.status)) {
      const output: unknown = JSON.parse(head.output?.text ?? 'null')
      return writeJson(response, head.status === 'Failed' ? 500 : 200, output)
    }
    const left = deadline - performance.now()
    if (left <= 0 || response.destroyed) return answerAccepted(exchange, instanceId)
    await sleep(Math.min(interval * 1_000, left))
  }
}

const answer = async (exchange: Exchange, instanceId: string): Promise<void> => {
  const timeout = secondsAt(exchange.url, 'timeout')
  const interval = secondsAt(exchange.url, 'pollingInterval')
  if (timeout === undefined || interval === undefined) answerAccepted(exchange, instanceId)
  else await answerEnd(exchange, instanceId, timeout, Math.max(interval, 0.01))
}

type Started = {
  readonly name: string
  readonly instanceId?: string
  readonly input?: string
  readonly version?: string
}

const start = async (exchange: Exchange, started: Started): Promise<void> => {
  try {
    await answer(exchange, await exchange.engine.start(started))
  } catch (error) {
    if (error instanceof UnknownOrchestratorError) throw new BadRequestError(error.message, { cause: error })
    if (!(error instanceof InstanceExistsError)) throw error
    writeProblem(exchange.response, 409, error.message)
  }
}

export const answerStart = async (exchange: Exchange, name: string, instanceId: string | undefined): Promise<void> => {
  const problem = instanceId === undefined ? undefined : instanceIdProblem(instanceId)
  if (problem !== undefined) throw new BadRequestError(problem)
  const [input, version] = [jsonBody(exchange), parameter(exchange.url, 'version')]
  await start(exchange, {
    name,
    ...(instanceId !== undefined && { instanceId }),
    ...(input !== undefined && { input }),
    ...(version !== undefined && { version }),
  })
}

/** The same function with the same input again: as a new instance unless the caller wants the same id. */
export const answerRestart = async (exchange: Exchange, instanceId: string): Promise<void> => {
  const head = await exchange.engine.read(instanceId)
  if (!head) throw new BadRequestError('InstanceId does not match a valid orchestration instance.')
  const keepsId = flag(exchange.url, 'restartWithNewInstanceId') === false
  await start(exchange, {
    name: head.name,
    ...(keepsId && { instanceId }),
    ...(head.input && { input: head.input.text }),
    ...(head.version !== undefined && { version: head.version }),
  })
}
