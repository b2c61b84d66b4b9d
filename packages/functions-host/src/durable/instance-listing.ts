// Instances by status and time of creation: listed, or purged.
import type { InstanceHead } from './instance.ts'
import { isFinal } from './instance.ts'
import { BadRequestError, type Exchange, flag, parameter, writeJson } from './api-exchange.ts'
import { statusPayload } from './instance-status.ts'
import { writeEmpty } from '../http-response.ts'

const timeAt = (url: URL, name: string): number | undefined => {
  const time = Date.parse(parameter(url, name) ?? '')
  return Number.isNaN(time) ? undefined : time
}

const filterOf = (url: URL) => {
  const statuses = new Set((parameter(url, 'runtimeStatus') ?? '').split(',').filter((name) => name !== ''))
  const prefix = parameter(url, 'instanceIdPrefix') ?? ''
  const from = timeAt(url, 'createdTimeFrom') ?? Number.NEGATIVE_INFINITY
  const to = timeAt(url, 'createdTimeTo') ?? Number.POSITIVE_INFINITY
  return ({ status, createdTime, instanceId }: InstanceHead): boolean => {
    const created = Date.parse(createdTime)
    return (
      (statuses.size === 0 || statuses.has(status)) && created >= from && created <= to && instanceId.startsWith(prefix)
    )
  }
}

const tokenHeader = 'x-ms-continuation-token'

/** With `top`, a page; the token is the id of the last instance on it. */
const pageOf = (sorted: readonly InstanceHead[], { request, url }: Exchange) => {
  const top = Number(parameter(url, 'top'))
  const given = request.headers[tokenHeader]
  const after = typeof given === 'string' && given !== '' ? Buffer.from(given, 'base64url').toString() : ''
  const rest = sorted.filter(({ instanceId }) => instanceId > after)
  const page = Number.isInteger(top) && top > 0 ? rest.slice(0, top) : rest
  const last = page.at(-1)
  const token = last && page.length < rest.length ? Buffer.from(last.instanceId).toString('base64url') : undefined
  return { page, token }
}

export const answerListing = async (exchange: Exchange): Promise<void> => {
  const { engine, response, url } = exchange
  const heads = await engine.list(filterOf(url))
  const sorted = heads.toSorted((a, b) => (a.instanceId < b.instanceId ? -1 : 1))
  const { page, token } = pageOf(sorted, exchange)
  const showsInput = flag(url, 'showInput') ?? true
  writeJson(
    response,
    200,
    page.map((head) => statusPayload(head, { showsInput })),
    token === undefined ? {} : { [tokenHeader]: token },
  )
}

/** Purges those that are over; a 404 when there are none. */
export const purgeListed = async ({ engine, response, url }: Exchange): Promise<void> => {
  if (timeAt(url, 'createdTimeFrom') === undefined)
    throw new BadRequestError("Please provide value for 'createdTimeFrom' parameter.")
  const isWanted = filterOf(url)
  const heads = await engine.list((head) => isFinal(head.status) && isWanted(head))
  let instancesDeleted = 0
  for (const { instanceId } of heads) if ((await engine.purge(instanceId)) === 'purged') instancesDeleted += 1
  if (instancesDeleted === 0) writeEmpty(response, 404)
  else writeJson(response, 200, { instancesDeleted })
}
