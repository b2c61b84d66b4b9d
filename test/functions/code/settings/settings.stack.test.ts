import { describe, expect, inject, it } from 'vitest'
import * as clients from '../../../../functions/code/clients/endpoints.ts'
import * as endpoints from '../../../../functions/code/settings/endpoints.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { type Person, servedCode } from '../served-code.ts'

const stack = inject('stack')
const code = servedCode(
  [...Object.values(endpoints), ...Object.values(clients)],
  createServices(loadConfig(stack.settings)),
)
const startAdmin = (tenant: { tenantId?: string } = {}) => code.signIn(stack.urls, 'admin', tenant)

const path = 'code/settings'
const hourlyRate = { amountMinor: 12_550, currency: 'EUR' }
const severityMapping = { critical: 'P1', high: 'P1', medium: 'P2', low: 'P3' }
const everything = {
  hourlyRate,
  ticketBoard: 'security',
  ticketType: 'incident',
  ticketAssignee: 'user-mia',
  severityMapping,
  businessHours: {
    monday: [
      { from: '08:00', to: '12:00' },
      { from: '12:00', to: '17:30' },
    ],
    saturday: [{ from: '20:00', to: '24:00' }],
  },
  timeZone: 'Europe/Berlin',
  escalation: { afterMinutes: 15, quietHours: { from: '22:00', to: '06:30' } },
  nightlyAssetEnrichment: true,
  ticketSuggestions: { toSet: 0.5, toChange: 0.9 },
  insiderSignals: true,
  aiOptOut: true,
}
/** Without what is of the organization alone. */
const {
  escalation: _escalation,
  nightlyAssetEnrichment: _nightly,
  ticketSuggestions: _suggestions,
  insiderSignals: _signals,
  ...ofClient
} = everything
const defaults = {
  ticketBoard: 'service',
  severityMapping: { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' },
  timeZone: 'UTC',
  escalation: { afterMinutes: 5 },
  nightlyAssetEnrichment: false,
  ticketSuggestions: { toSet: 0.6, toChange: 0.85 },
  insiderSignals: false,
  aiOptOut: false,
}
const nothingSet = { settings: {}, effective: defaults, revision: null, updatedAt: null, updatedBy: null }
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string
const id = expect.stringMatching(/^[\w-]{43}$/) as string
const stale = problemOf('conflict', 'The settings have changed since the revision in the body was read.')
const noClient = problemOf('not-found', 'There is no client with this id. Create the client first.')

type Answer = { readonly revision: string | null; readonly settings: object; readonly effective: object }
type Change = { readonly before: object; readonly after: object; readonly clientId: string | null; changeId: string }

const read = async ({ ask }: Person, where = path): Promise<Answer> => (await ask('GET', where))[1] as Answer
/** Reads and replaces. */
const set = async (person: Person, settings: object, where = path): Promise<Answer> => {
  const { revision } = await read(person, where)
  const [status, body] = await person.ask('PUT', where, { revision, settings })
  expect(status).toBe(200)
  return body as Answer
}
const changesOf = async ({ ask }: Person): Promise<readonly Change[]> =>
  ((await ask('GET', `${path}/changes?limit=100`))[1] as { changes: Change[] }).changes

const createClient = async ({ ask }: Person, clientId = 'client-fabrikam'): Promise<string> => {
  expect((await ask('PUT', `code/clients/${clientId}`, { name: 'Fabrikam' }))[0]).toBe(201)
  return `${path}/clients/${clientId}`
}

describe('settings of an organization', () => {
  it('are the defaults before anything was set', async () => {
    const admin = await startAdmin()
    expect(await admin.ask('GET', path)).toEqual([200, nothingSet])
    expect(await changesOf(admin)).toEqual([])
  })

  it('are what was set last, all of it, and the change is kept with who, when, before and after', async () => {
    const admin = await startAdmin()
    const by = `user:${admin.userId}`
    const first = await admin.ask('PUT', path, { revision: null, settings: everything })
    const shown = { settings: everything, effective: everything, revision: id, updatedAt: time, updatedBy: by }
    expect(first).toEqual([200, shown])
    expect(await admin.ask('GET', path)).toEqual(first)
    const second = await set(admin, { hourlyRate })
    expect(second).toMatchObject({ settings: { hourlyRate }, effective: { ...defaults, hourlyRate } })
    expect(await admin.ask('GET', `${path}/changes`)).toEqual([
      200,
      {
        changes: [
          {
            changeId: second.revision,
            clientId: null,
            changedAt: time,
            changedBy: by,
            before: everything,
            after: { hourlyRate },
          },
          { changeId: id, clientId: null, changedAt: time, changedBy: by, before: {}, after: everything },
        ],
      },
    ])
  })

  it('set again as they are do not change, whatever the revision is, and leave no trace', async () => {
    const admin = await startAdmin()
    const first = await set(admin, everything)
    for (const revision of [null, first.revision, 'another'])
      expect(await admin.ask('PUT', path, { revision, settings: everything })).toEqual([200, first])
    expect(await changesOf(admin)).toHaveLength(1)
    const unset = await startAdmin()
    expect(await unset.ask('PUT', path, { revision: null, settings: {} })).toEqual([200, nothingSet])
    expect(await changesOf(unset)).toEqual([])
  })

  it('that somebody else changed since they were read are refused, and stay as they are', async () => {
    const admin = await startAdmin()
    const first = await set(admin, { ticketBoard: 'one' })
    const second = await set(admin, { ticketBoard: 'two' })
    for (const revision of [null, first.revision, 'made-up'])
      await expectProblem(await admin.send('PUT', path, { revision, settings: { ticketBoard: 'three' } }), stale)
    expect(await read(admin)).toEqual(second)
    expect(await changesOf(admin)).toHaveLength(2)
  })

  it('set by many at once are those of one of them, the others are refused, and one change is kept', async () => {
    const admin = await startAdmin()
    const boards = Array.from({ length: 8 }, (_, index) => `board-${index}`)
    const answers = await Promise.all(
      boards.map((ticketBoard) => admin.ask('PUT', path, { revision: null, settings: { ticketBoard } })),
    )
    expect(answers.map(([status]) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(7).fill(409)])
    const [, winner] = answers.find(([status]) => status === 200) ?? []
    expect(await read(admin)).toEqual(winner)
    expect(await changesOf(admin)).toMatchObject([{ before: {}, after: (winner as Answer).settings }])
  })

  it('set to the same by many at once are set once', async () => {
    const admin = await startAdmin()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin.ask('PUT', path, { revision: null, settings: everything })),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]?.[0]).toBe(200)
    expect(await changesOf(admin)).toHaveLength(1)
  })

  it('are refused with every fault in them', async () => {
    const admin = await startAdmin()
    const settings = {
      hourlyRate: { amountMinor: 99.5, currency: 'XQQ' },
      ticketBoard: 'two words',
      ticketAssignee: 'a,b',
      severityMapping: { ...severityMapping, low: 'P5' },
      timeZone: 'Europe/Atlantis',
      businessHours: { monday: [{ from: '17:00', to: '08:00' }] },
      escalation: { afterMinutes: 1_441, quietHours: { from: '22:00', to: '22:00' } },
      ticketSuggestions: { toSet: 0.9, toChange: 0.5 },
      aiOptOut: 'yes',
      colour: 'blue',
    }
    const any = expect.any(String) as string
    await expectProblem(
      await admin.send('PUT', path, { settings }),
      notValid(
        ['body.revision', any],
        ['body.settings.hourlyRate.amountMinor', any],
        ['body.settings.hourlyRate.currency', 'must be a currency of ISO 4217'],
        ['body.settings.ticketBoard', 'must be a slug: up to 64 letters, digits, ., - or _'],
        ['body.settings.ticketAssignee', any],
        ['body.settings.severityMapping.low', any],
        [
          'body.settings.businessHours.monday.0',
          'must end after it begins. Hours past midnight are those of the next day',
        ],
        ['body.settings.timeZone', 'must be a time zone of IANA such as Europe/Berlin'],
        ['body.settings.escalation.afterMinutes', any],
        ['body.settings.escalation.quietHours', 'must end at another time than it begins'],
        ['body.settings.ticketSuggestions.toChange', expect.stringContaining('must not be less than toSet')],
        ['body.settings.aiOptOut', any],
        ['body.settings.colour', 'is not a field that is known here'],
      ),
    )
    expect(await read(admin)).toEqual(nothingSet)
  })
})

describe('settings of a client', () => {
  it('go before those of the organization, field by field, and leave other clients alone', async () => {
    const admin = await startAdmin()
    const [one, other] = [await createClient(admin), await createClient(admin, 'client-contoso')]
    await set(admin, { hourlyRate, ticketBoard: 'security' })
    const { businessHours, timeZone } = everything
    const own = { ticketBoard: 'fabrikam', severityMapping, businessHours, timeZone, aiOptOut: true }
    const shown = await set(admin, own, one)
    expect(shown).toMatchObject({ settings: own, effective: { ...own, hourlyRate } })
    expect(await read(admin, one)).toEqual(shown)
    expect(await read(admin, other)).toEqual({
      ...nothingSet,
      effective: { ...defaults, hourlyRate, ticketBoard: 'security' },
    })
    expect((await read(admin)).effective).toEqual({ ...defaults, hourlyRate, ticketBoard: 'security' })
    expect(await changesOf(admin)).toMatchObject([
      { clientId: 'client-fabrikam', before: {}, after: own },
      { clientId: null },
    ])
  })

  it('do not say when On-Call calls: incidents are those of the organization', async () => {
    const admin = await startAdmin()
    const one = await createClient(admin)
    const settings = { escalation: { afterMinutes: 10, quietHours: { from: '22:00', to: '06:30' } } }
    expect(await set(admin, settings)).toMatchObject({ settings, effective: settings })
    const refused = await admin.send('PUT', one, { revision: null, settings })
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('escalation')])
  })

  it('that were taken away are those of the organization again; taking them away again is no change', async () => {
    const admin = await startAdmin()
    const one = await createClient(admin)
    const { revision } = await set(admin, ofClient, one)
    expect(await admin.ask('DELETE', one)).toEqual([204, undefined])
    expect(await admin.ask('DELETE', one)).toEqual([204, undefined])
    expect(await read(admin, one)).toEqual(nothingSet)
    expect(await changesOf(admin)).toMatchObject([
      { clientId: 'client-fabrikam', before: ofClient, after: {} },
      { clientId: 'client-fabrikam', before: {}, after: ofClient },
    ])
    await expectProblem(await admin.send('PUT', one, { revision, settings: { ticketBoard: 'late' } }), stale)
  })

  it('taken away by many at once are taken away once', async () => {
    const admin = await startAdmin()
    const one = await createClient(admin)
    await set(admin, ofClient, one)
    const answers = await Promise.all(Array.from({ length: 6 }, () => admin.ask('DELETE', one)))
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([204]))
    expect(await changesOf(admin)).toHaveLength(2)
  })

  it('that nobody knows are a 404, also when it is a client of another organization', async () => {
    const [admin, other] = [await startAdmin(), await startAdmin()]
    const one = await createClient(other)
    await expectProblem(await admin.send('GET', one), noClient)
    await expectProblem(await admin.send('PUT', one, { revision: null, settings: {} }), noClient)
    await expectProblem(await admin.send('DELETE', one), noClient)
  })
})

describe('changes of settings', () => {
  it('are walked page by page, newest first, each once', async () => {
    const admin = await startAdmin()
    for (const ticketBoard of ['one', 'two', 'three', 'four', 'five']) await set(admin, { ticketBoard })
    const seen: object[] = []
    let cursor: string | undefined
    do {
      const query = `limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
      const [status, body] = await admin.ask('GET', `${path}/changes?${query}`)
      expect(status).toBe(200)
      const page = body as { changes: Change[]; nextCursor?: string }
      seen.push(...page.changes.map(({ after }) => after))
      cursor = page.nextCursor
    } while (cursor !== undefined && seen.length < 20)
    expect(seen).toEqual(['five', 'four', 'three', 'two', 'one'].map((ticketBoard) => ({ ticketBoard })))
  })

  it('are not shown for a cursor that is none', async () => {
    const response = await (await startAdmin()).send('GET', `${path}/changes?cursor=broken&limit=0`)
    await expectProblem(response, notValid(['query.limit', 'must be a number from 1 to 100']))
  })
})

describe('who may do what with settings', () => {
  it('another organization sees and changes nothing of them', async () => {
    const [admin, other] = [await startAdmin(), await startAdmin()]
    await set(admin, everything)
    expect(await read(other)).toEqual(nothingSet)
    expect(await changesOf(other)).toEqual([])
    await set(other, { ticketBoard: 'other' })
    expect((await read(admin)).settings).toEqual(everything)
  })

  it('a member reads, an admin writes, a viewer does neither', async () => {
    const admin = await startAdmin()
    const one = await createClient(admin)
    const reading = [path, one, `${path}/changes`]
    const member = await code.signIn(stack.urls, 'member', admin)
    for (const where of reading) expect((await member.ask('GET', where))[0]).toBe(200)
    const needsAdmin = problemOf('forbidden', 'This needs at least the role admin.')
    for (const where of [path, one])
      await expectProblem(await member.send('PUT', where, { revision: null, settings: everything }), needsAdmin)
    await expectProblem(await member.send('DELETE', one), needsAdmin)
    const viewer = await code.signIn(stack.urls, 'viewer', admin)
    for (const where of reading)
      await expectProblem(
        await viewer.send('GET', where),
        problemOf('forbidden', 'This needs at least the role member.'),
      )
    expect(await read(admin)).toEqual(nothingSet)
  })

  it('nobody does anything without being signed in', async () => {
    const unknown = problemOf('unauthenticated', 'This needs a signed-in session.')
    await expectProblem(await code.send({ method: 'GET', path }), unknown)
    await expectProblem(await code.send({ method: 'PUT', path, body: { revision: null, settings: {} } }), unknown)
    await expectProblem(await code.send({ method: 'GET', path: `${path}/changes` }), unknown)
    await expectProblem(await code.send({ method: 'DELETE', path: `${path}/clients/client-1` }), unknown)
  })
})
