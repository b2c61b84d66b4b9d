// Services that ask before each step, so that a test can end the work there as a kill would, or let somebody else in between.
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { isLong } from '../../support/thoroughness.ts'

/** Unlike the failures that the work reckons with, it is no `AppError`. */
class Killed extends Error {
  override readonly name = 'Killed'
}

/** Called before each call of the storage, of a peer and of key registration that is about the tenant, and each of the key vault. */
type Before = (step: string) => Promise<void>

const peers = ['psa', 'crm', 'defend', 'people'] as const
const plain = new Set(['toInsert', 'toUpsert', 'toUpdate', 'toDelete', 'each'])

export const steppedServices = (services: Services, tenantId: string, before: Before): Services => {
  const stepped = <Target extends object>(target: Target, name: string, isAbout = tenantId): Target =>
    new Proxy(target, {
      get: (of, member) => {
        const found: unknown = Reflect.get(of, member)
        if (typeof member === 'symbol' || plain.has(member)) return found
        if (typeof found === 'object' && found !== null) return stepped(found, `${name}.${member}`, isAbout)
        if (typeof found !== 'function') return found
        return async (...args: unknown[]): Promise<unknown> => {
          if (JSON.stringify(args).includes(isAbout)) await before(`${name}.${member}`)
          return (found as (...given: unknown[]) => unknown)(...args)
        }
      },
    })
  const store: Store = {
    ...services.store(),
    open: (table) => stepped(services.store().open(table), table.name) as never,
  }
  type Clients = Pick<Services, (typeof peers)[number]>
  const steppedPeers = (of: Clients): Clients =>
    Object.fromEntries(
      peers.map((peer) => [peer, async () => stepped((await of[peer]()) as object, peer)]),
    ) as unknown as Clients
  const steppedVault = (open: Services['secrets'], name: string) => async () => {
    const { vault, cache } = await open()
    return { vault: stepped(vault, name, ''), cache }
  }
  return {
    ...services,
    store: () => store,
    ...steppedPeers(services),
    registration: async (peer) => stepped(await services.registration(peer), peer),
    secrets: steppedVault(services.secrets, 'vault'),
    tenantSecrets: steppedVault(services.tenantSecrets, 'tenantVault'),
    forReading: { ...services.forReading, ...steppedPeers(services.forReading) },
  }
}

/** Lets so many steps through, and none after them. */
export const killedAfter = (services: Services, tenantId: string, steps: number): Services => {
  let left = steps
  return steppedServices(services, tenantId, async (step) => {
    left -= 1
    if (left < 0) throw new Killed(`Killed before ${step}.`)
  })
}

/** Does nothing from the first step on that has such a name. */
export const killedBefore = (services: Services, tenantId: string, name: RegExp): Services => {
  let isKilled = false
  return steppedServices(services, tenantId, async (step) => {
    isKilled ||= name.test(step)
    if (isKilled) throw new Killed(`Killed before ${step}.`)
  })
}

/** Before the step of this number, counted from 1, `interlude` runs to its end. */
export const interrupted = (
  services: Services,
  tenantId: string,
  at: number,
  interlude: () => Promise<unknown>,
): Services => {
  let count = 0
  return steppedServices(services, tenantId, async () => {
    count += 1
    if (count === at) await interlude()
  })
}

/** The steps of the work, by name. */
export const stepsOf = async (
  services: Services,
  tenantId: string,
  work: (services: Services) => Promise<unknown>,
): Promise<readonly string[]> => {
  const steps: string[] = []
  await work(
    steppedServices(services, tenantId, async (step) => {
      steps.push(step)
    }),
  )
  return steps
}

const reads = /\.(?:get|list\w*|find\w*|read\w*|search\w*|each|try\w*)$/

/**
 * After how many steps the work is worth killing: before any, and after each that may have changed something. Killed after a step that only
 * reads, it leaves what it left before it. A long run tries every number.
 */
export const killPoints = (steps: readonly string[], all = isLong): readonly number[] =>
  steps.flatMap((_, passed) => (all || passed === 0 || !reads.test(steps[passed - 1] ?? '') ? [passed] : []))
