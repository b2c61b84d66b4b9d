// Takes a login into what is known of the person, and tells Defend what is unusual about it, and about those after it that look otherwise now.
import { sha256 } from '../../../shared/auth/digest.ts'
import type { Event } from '../../../shared/bus/event.ts'
import { shortId } from '../../../shared/bus/short-id.ts'
import { localHours } from '../../../shared/ai/behaviour/hour-class.ts'
import { AppError } from '../../../shared/errors.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'
import type { Services } from '../../../shared/services.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Row } from '../../../shared/store/store.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import type { HandledOutcome } from '../../../shared/triggers/subscriber.ts'
import { countryOfAddress } from './address-table.ts'
import { anomaliesOf } from './anomalies.ts'
import { loginHistoryTable } from './history-table.ts'
import type { Anomaly, Login } from './login.ts'
import { type KeptLogin, LoginHistory, emptyHistory, withLogin } from './login-history.ts'

export type LoginEvent = Event<'hub.auth.login_success' | 'hub.auth.login_failed'>

type Who = { readonly tenantId: string; readonly userId: string }

/** May be cut off anywhere and called again, several times at once. */
export const takeLogin = async (services: Services, who: Who, event: LoginEvent): Promise<HandledOutcome> => {
  const { timeZone } = await resolveSettings(services.store(), who.tenantId)
  const local = localHours(timeZone)
  const hourOf = (at: number): number => local(Math.floor(at / hourMs)).class % 24
  const login = loginOf(who, event)
  const kept = await retryOnConflict(() => keep(services, who, login, hourOf))
  if (kept === 'late') return 'ignored'
  const hasTold = await tellDefend(services, who, hourOf)
  return kept === 'known' && !hasTold ? 'duplicate' : 'completed'
}

/** Others may take in logins meanwhile, which changes what is to be told. */
const turnsMax = 30

/**
 * Tells Defend what it was told otherwise, or may have been: before it is told of a login, that login is noted as uncertain. Defend keeps what
 * was told from the most logins.
 * @returns whether there was anything to tell
 */
const tellDefend = async (services: Services, who: Who, hourOf: (at: number) => number): Promise<boolean> => {
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const { history } = await readHistory(services, who)
    const found = anomaliesOf(history, hourOf)
    const changed = history.logins.filter(({ id, told }) => kindsOf(found.get(id)).join() !== told.join())
    if (changed.length === 0) return turn > 0
    const { revision } = history
    if (!(await noteUncertain(services, who, { ids: changed.map(({ id }) => id), revision }))) continue
    const { told, failure } = await putAll(services, who, { changed, found, revision })
    // Also when it fails half-way: with each try fewer are left.
    if (told.size > 0) await noteTold(services, who, { told, revision })
    if (failure) throw failure.error
  }
  throw new AppError('conflict', 'Other logins of the user were taken in all the time. They are told of later.')
}

type Telling = {
  readonly changed: readonly KeptLogin[]
  readonly found: ReadonlyMap<string, readonly Anomaly[]>
  readonly revision: number
}

/** As far as Defend takes them. @returns what it was told of each */
const putAll = async (
  services: Services,
  { tenantId, userId }: Who,
  { changed, found, revision: version }: Telling,
): Promise<{ readonly told: ReadonlyMap<string, string[]>; readonly failure?: { readonly error: unknown } }> => {
  const told = new Map<string, string[]>()
  try {
    const defend = await services.defend()
    for (const { id, at } of changed) {
      const anomalies = [...(found.get(id) ?? [])]
      await defend.putLoginAnomalies(tenantId, id, {
        userId,
        occurredAt: new Date(at).toISOString(),
        anomalies,
        version,
      })
      told.set(id, kindsOf(anomalies))
    }
    return { told }
  } catch (error) {
    return { told, failure: { error } }
  }
}

/** Of whoever tells what follows from so many logins. */
const uncertain = (revision: number): string => `uncertain-${revision}`

/** @returns false when another login was taken in meanwhile: what follows from all of them is to be found anew */
const noteUncertain = (
  services: Services,
  who: Who,
  { ids, revision }: { readonly ids: readonly string[]; readonly revision: number },
): Promise<boolean> =>
  changeHistory(services, who, (history) => {
    if (history.revision !== revision) return undefined
    return withTold(history, new Map(ids.map((id) => [id, [uncertain(revision)]])))
  })

/** Unless somebody who knows of more logins tells of it by now: what they will have told is theirs to note. */
const noteTold = (
  services: Services,
  who: Who,
  { told, revision }: { readonly told: ReadonlyMap<string, string[]>; readonly revision: number },
): Promise<boolean> =>
  changeHistory(services, who, (history) => {
    const own = history.logins.filter((login) => login.told.join() === uncertain(revision))
    return withTold(history, new Map(own.flatMap(({ id }) => (told.has(id) ? [[id, told.get(id) ?? []]] : []))))
  })

const withTold = (history: LoginHistory, told: ReadonlyMap<string, string[]>): LoginHistory => ({
  ...history,
  logins: history.logins.map((login) => ({ ...login, told: told.get(login.id) ?? login.told })),
})

const hourMs = 3_600_000

const kindsOf = (anomalies: readonly Anomaly[] = []): string[] => anomalies.map(({ kind }) => kind)

const loginOf = ({ tenantId, userId }: Who, { id, type, time, data }: LoginEvent): Login => {
  const { network, device_id: device } = data
  return {
    id: shortId(id),
    at: Date.parse(time),
    isSuccess: type === 'hub.auth.login_success',
    ...placeOf(data),
    ...(device !== undefined && { device: sha256(JSON.stringify([tenantId, userId, device])).slice(0, 16) }),
    ...(network !== undefined && network !== unknownValue && { network }),
  }
}

const placeOf = ({ country, address }: LoginEvent['data']): Pick<Login, 'country' | 'isLookedUp'> => {
  const told = country?.toUpperCase()
  if (told !== undefined && /^[A-Z]{2}$/.test(told)) return { country: told }
  const found = address === undefined ? undefined : countryOfAddress(address)
  return found === undefined ? {} : { country: found, isLookedUp: true }
}

const keep = async (
  services: Services,
  who: Who,
  login: Login,
  hourOf: (at: number) => number,
): Promise<'kept' | 'known' | 'late'> => {
  const { row, history } = await readHistory(services, who)
  const next = withLogin(history, login, hourOf)
  if (typeof next === 'string') return next
  await writeHistory(services, who, row, next)
  return 'kept'
}

/** @returns false when there is nothing to change */
const changeHistory = (
  services: Services,
  who: Who,
  change: (history: LoginHistory) => LoginHistory | undefined,
): Promise<boolean> =>
  retryOnConflict(async () => {
    const { row, history } = await readHistory(services, who)
    const next = change(history)
    if (next) await writeHistory(services, who, row, next)
    return next !== undefined
  })

type Found = { readonly row: Row<Who & { readonly sealed: string }> | undefined; readonly history: LoginHistory }

const recordOf = ({ userId }: Who): string => `login-history/${userId}`

const readHistory = async (services: Services, who: Who): Promise<Found> => {
  const row = await services.store().open(loginHistoryTable).history.get(who)
  if (!row) return { row, history: emptyHistory() }
  const text = await (await services.sealing()).open(who.tenantId, recordOf(who), row.value.sealed)
  return { row, history: LoginHistory.parse(JSON.parse(text)) }
}

const writeHistory = async (services: Services, who: Who, row: Found['row'], history: LoginHistory): Promise<void> => {
  const rows = services.store().open(loginHistoryTable).history
  const sealed = await (await services.sealing()).seal(who.tenantId, recordOf(who), JSON.stringify(history))
  await (row ? rows.update(row, { ...who, sealed }) : rows.insert({ ...who, sealed }))
}
