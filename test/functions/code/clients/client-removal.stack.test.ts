// A client is taken away, and somebody else does something to it at every moment of that.
import { aroundEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { clientMappingTable } from '../../../../functions/code/clients/client-mapping.ts'
import { removeClient } from '../../../../functions/code/clients/client-removal.ts'
import * as clients from '../../../../functions/code/clients/endpoints.ts'
import { putClient, putMapping } from '../../../../functions/code/clients/clients.ts'
import * as settings from '../../../../functions/code/settings/endpoints.ts'
import { clientTable } from '../../../../shared/clients/client-directory.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { isAppError } from '../../../../shared/errors.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { readSettings } from '../../../../shared/tenants/tenant-settings.ts'
import { stepsOf, interrupted, killedAfter } from '../../../shared/effects/stepped-services.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { type Person, servedCode } from '../served-code.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const stack = inject('stack')
const services = createServices(loadConfig(stack.settings))
const definitions = [...Object.values(clients), ...Object.values(settings)]
const code = servedCode(definitions, services)

const path = 'code/clients/client-1'
const mappingPath = 'code/client-mappings/repository/repo-1'
const settingsPath = 'code/settings/clients/client-1'
const draft = { settings: { timeZone: 'Europe/Berlin' }, revision: null }

let admin: Person
let tenantId: string
/** Of another organization, which has two clients. */
const beginAnew = async (): Promise<void> => {
  tenantId = newTenantId()
  for (const id of ['client-1', 'client-2']) await putClient(services.store(), { tenantId, clientId: id, name: id })
}
const signIn = async (): Promise<void> => {
  admin = await code.signIn(stack.urls, 'admin', { tenantId })
}
beforeEach(async () => {
  await beginAnew()
  await signIn()
})

const remove = (within: Services = services) =>
  removeClient({ store: within.store(), now: services.now, by: 'user:test', tenantId, clientId: 'client-1' })
const map = (within: Services = services, clientId = 'client-1') =>
  putMapping(within.store(), { tenantId, source: 'repository', sourceId: 'repo-1', clientId })
/** 'done', or the code of the refusal. */
const outcomeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}
/** How things stand: the client, the client that the repository is mapped to, and what is set for the client. */
const standing = async () => {
  const store = services.store()
  const key = { tenantId, source: 'repository', sourceId: 'repo-1' } as const
  const [client, mapping, set] = await Promise.all([
    store.open(clientTable).client.get({ tenantId, clientId: 'client-1' }),
    store.open(clientMappingTable).mapping.get(key),
    readSettings(store, tenantId, 'client-1'),
  ])
  return {
    client: client?.value ?? null,
    mappedTo: mapping?.value.clientId ?? null,
    timeZone: set?.value.timeZone ?? null,
  }
}
const untouched = { tenantId: expect.any(String) as string, clientId: 'client-1', name: 'client-1' }
const gone = { client: null, mappedTo: null, timeZone: null }

/** Runs the test once for each step of the work, with the interlude before it; each time for another organization. */
const atEachStep = async (
  work: (within: Services) => Promise<unknown>,
  test: (interruptedAt: (interlude: () => Promise<unknown>) => Services, at: number) => Promise<void>,
): Promise<void> => {
  const { length: steps } = await stepsOf(services, tenantId, work)
  expect(steps).toBeGreaterThan(2)
  for (let at = 1; at <= steps; at += 1) {
    await beginAnew()
    await test((interlude) => interrupted(services, tenantId, at, interlude), at)
  }
}

describe('a client that is deleted', () => {
  it('is gone with its settings, for good, and deleting it again changes nothing', async () => {
    await admin.ask('PUT', settingsPath, draft)
    expect(await admin.ask('DELETE', path)).toEqual([204, undefined])
    expect(await standing()).toEqual(gone)
    expect(await admin.ask('DELETE', path)).toEqual([204, undefined])
    expect(await admin.ask('GET', 'code/clients')).toMatchObject([200, { clients: [{ clientId: 'client-2' }] }])
    await admin.ask('PUT', path, { name: 'New' })
    expect(await admin.ask('GET', settingsPath)).toMatchObject([200, { settings: {}, revision: null }])
    const [, body] = await admin.ask('GET', 'code/settings/changes')
    const changes = (body as { changes: { before: object; after: object; changedBy: string }[] }).changes
    expect(changes).toMatchObject([
      { before: draft.settings, after: {}, changedBy: `user:${admin.userId}`, clientId: 'client-1' },
      { before: {}, after: draft.settings },
    ])
  })

  it.each(['organization', 'repository'])('stays, with its settings, while one %s belongs to it', async (source) => {
    const [own, other] = [`code/client-mappings/${source}/thing-1`, 'code/client-mappings/repository/a']
    await admin.ask('PUT', settingsPath, draft)
    await admin.ask('PUT', other, { clientId: 'client-2' })
    await admin.ask('PUT', own, { clientId: 'client-1' })
    await expectProblem(
      await admin.send('DELETE', path),
      problemOf(
        'conflict',
        `The ${source} thing-1 is mapped to this client. Map it to another client or delete its mapping first.`,
      ),
    )
    expect(await standing()).toEqual({ client: untouched, mappedTo: null, timeZone: 'Europe/Berlin' })
    await admin.ask('DELETE', own)
    expect(await admin.ask('DELETE', path)).toEqual([204, undefined])
    expect(await standing()).toEqual(gone)
  })

  it('many times at once is gone once, and each answer is 204', async () => {
    await admin.ask('PUT', settingsPath, draft)
    const answers = await Promise.all(Array.from({ length: 6 }, () => admin.ask('DELETE', path)))
    expect(answers).toEqual(Array.from({ length: 6 }, () => [204, undefined]))
    expect(await standing()).toEqual(gone)
  })

  it('is one of this organization alone', async () => {
    const other = await code.signIn(stack.urls, 'admin')
    await other.ask('PUT', path, { name: 'Theirs' })
    await other.ask('PUT', mappingPath, { clientId: 'client-1' })
    expect(await admin.ask('DELETE', path)).toEqual([204, undefined])
    expect(await other.ask('GET', 'code/clients')).toMatchObject([200, { clients: [{ name: 'Theirs' }] }])
  })

  it('is deleted by an admin alone', async () => {
    const member = await code.signIn(stack.urls, 'member', admin)
    await expectProblem(
      await member.send('DELETE', path),
      problemOf('forbidden', 'This needs at least the role admin.'),
    )
    expect(await standing()).toMatchObject({ client: untouched })
  })
})

describe('a mapping that is written while its client is deleted', { timeout: 60_000 }, () => {
  it('never leads to nothing, whatever the deletion had done by then', async () => {
    const seen = new Set<string>()
    await atEachStep(remove, async (interruptedAt) => {
      let mapped = ''
      const removed = await outcomeOf(remove(interruptedAt(async () => (mapped = await outcomeOf(map())))))
      seen.add(`${removed}, ${mapped}`)
      expect(await standing()).toEqual(
        mapped === 'done' ? { client: untouched, mappedTo: 'client-1', timeZone: null } : gone,
      )
      expect(removed).toBe(mapped === 'done' ? 'conflict' : 'done')
    })
    expect([...seen].toSorted()).toEqual(['conflict, done', 'done, validation-failed'])
  })

  it('never leads to nothing, whatever its writing had done by then', async () => {
    const seen = new Set<string>()
    await atEachStep(map, async (interruptedAt) => {
      let removed = ''
      const mapped = await outcomeOf(map(interruptedAt(async () => (removed = await outcomeOf(remove())))))
      seen.add(`${removed}, ${mapped}`)
      expect(await standing()).toEqual(
        mapped === 'done' ? { client: untouched, mappedTo: 'client-1', timeZone: null } : gone,
      )
    })
    expect([...seen].toSorted()).toEqual(['conflict, done', 'done, validation-failed'])
  })

  it('leaves the repository where it belonged before when it is refused', async () => {
    await atEachStep(map, async (interruptedAt) => {
      await map(services, 'client-2')
      const mapped = await outcomeOf(map(interruptedAt(() => outcomeOf(remove()))))
      expect((await standing()).mappedTo).toBe(mapped === 'done' ? 'client-1' : 'client-2')
    })
  })

  it('keeps a client that a deletion died on from being deleted by it', async () => {
    await expect(remove(killedAfter(services, tenantId, 2))).rejects.toThrow('Killed')
    expect(await standing()).toMatchObject({ client: { isLeaving: true } })
    await map()
    expect(await standing()).toEqual({ client: untouched, mappedTo: 'client-1', timeZone: null })
  })

  it('is cleared by its repetition when both died', async () => {
    // The mapping is written before the mark is set and nobody looks at the client afterwards.
    const store = services.store()
    const key = { tenantId, source: 'repository', sourceId: 'repo-1', clientId: 'client-1' } as const
    await remove()
    await store.open(clientMappingTable).mapping.upsert(key)
    expect(await outcomeOf(map())).toBe('validation-failed')
    expect(await standing()).toEqual(gone)
  })
})

describe('a deletion of a client', { timeout: 60_000 }, () => {
  it('that died is finished by its repetition, at whatever step', async () => {
    await atEachStep(
      async (within) => {
        await admin.ask('PUT', settingsPath, draft)
        await remove(within)
      },
      async (_, at) => {
        await signIn()
        await admin.ask('PUT', settingsPath, draft)
        await expect(remove(killedAfter(services, tenantId, at - 1))).rejects.toThrow('Killed')
        expect(await outcomeOf(remove())).toBe('done')
        expect(await standing()).toEqual(gone)
      },
    )
  })

  it('takes no settings of a client that comes again under the same id', async () => {
    await admin.ask('PUT', settingsPath, draft)
    await atEachStep(remove, async (interruptedAt) => {
      await signIn()
      await admin.ask('PUT', settingsPath, draft)
      const again = async () => {
        if ((await standing()).client !== null) return
        await putClient(services.store(), { tenantId, clientId: 'client-1', name: 'Again' })
        const [, { revision }] = (await admin.ask('GET', settingsPath)) as [number, { revision: string | null }]
        const next = { settings: { timeZone: 'Asia/Tokyo' }, revision }
        expect((await admin.ask('PUT', settingsPath, next))[0]).toBe(200)
      }
      await remove(interruptedAt(again))
      const { client, timeZone } = await standing()
      expect(timeZone).toBe(client === null ? null : 'Asia/Tokyo')
    })
  })

  it('leaves no settings that are written while it is at work', async () => {
    const put = async (within: Services) => {
      const served = servedCode(definitions, within)
      const again = await served.signIn(stack.urls, 'admin', { tenantId })
      return (await again.ask('PUT', settingsPath, draft))[0]
    }
    await atEachStep(put, async (interruptedAt) => {
      const status = await put(interruptedAt(remove))
      expect([200, 404]).toContain(status)
      expect(await standing()).toEqual(gone)
    })
  })
})
