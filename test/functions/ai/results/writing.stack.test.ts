import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { referenceOf } from '../../../../shared/results/result.ts'
import { narrativeResult, narrativeTables } from '../../../../functions/ai/results/attack-narrative/result.ts'
import { reconcileResults } from '../../../../functions/ai/results/timers.ts'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { tenantSettingsTable } from '../../../../shared/tenants/tenant-settings.ts'
import { steppedServices } from '../../../shared/effects/stepped-services.ts'
import { call, investigation, said, startEvidencing } from '../../../support/evidence.ts'
import { makeOlder } from '../../../support/pending-markers.ts'
import { timerInput } from '../../../support/timer-input.ts'

const stack = inject('stack')

describe('an investigation that Defend opens', () => {
  it('gets its narrative, each sentence with events of it, once', async () => {
    const { tenantId, defend, handle, unfinished, incidents } = await startEvidencing(stack)
    const id = await defend.put('investigation', investigation())
    expect(await handle('narrative', id)).toBe('completed')
    expect(await handle('narrative', id)).toBe('duplicate')
    const results = await defend.results()
    expect(results).toEqual([
      {
        id,
        changes: 1,
        result: {
          state: 'available',
          reference: referenceOf(narrativeResult, { tenantId, subjectId: id }),
          sentences: [
            ['p1', 'An unnamed process started WINWORD.EXE'],
            ['p2', 'WINWORD.EXE started powershell.exe as NORTHWIND\\alice'],
            ['a1', 'powershell.exe connected to 203.0.113.40'],
            ['m1', 'NORTHWIND\\alice logged on from FIN-01'],
            ['a2', 'Defend detected Ransomware behaviour'],
          ].map(([event, words]) => ({ text: expect.stringContaining(words ?? '') as string, evidence: [event] })),
          techniques: [
            { id: 'T1059.001', name: 'PowerShell', evidence: ['p2'] },
            { id: 'T1021.001', name: 'Remote Desktop Protocol', evidence: ['m1'] },
          ],
          model: 'rules',
          label: expect.stringContaining('no model') as string,
          promptVersion: '1',
          leftOut: 0,
          madeAt: expect.stringMatching(/Z$/) as string,
        },
      },
    ])
    expect(await unfinished()).toBe(0)
    expect(await incidents()).toEqual([])
  })

  it('is known by its client, so that it goes with the data of the client', async () => {
    const { tenantId, store, defend, handle } = await startEvidencing(stack)
    const ids = [
      await defend.put('investigation', investigation(), 'client-7'),
      await defend.put('investigation', investigation(), null),
    ]
    for (const id of ids) await handle('narrative', id)
    const rows = store.open(narrativeTables.table).result
    const kept = await Promise.all(
      ids.map((id) => rows.get({ tenantId, ref: referenceOf(narrativeResult, { tenantId, subjectId: id }) })),
    )
    expect(kept.map((row) => row?.value.clientId)).toEqual(['client-7', ''])
  })

  it('that Defend refuses for good waits for the replay of its message, and not for the night as well', async () => {
    const { defend, handle, unfinished } = await startEvidencing(stack)
    const id = await defend.put('investigation', investigation())
    await defend.setFaults({ operation: 'putNarrative', kind: 'status', status: 422 })
    await expect(handle('narrative', id)).rejects.toMatchObject({ code: 'peer-rejected' })
    expect(await unfinished()).toBe(0)
    await defend.clearFaults()
    expect(await handle('narrative', id)).toBe('completed')
    expect(await defend.results()).toMatchObject([{ id, changes: 1, result: { state: 'available' } }])
  })

  it('comes in as a message', async () => {
    const { defend, deliver } = await startEvidencing(stack)
    const id = await defend.put('investigation', investigation())
    await deliver('narrative', id)
    expect(await defend.results()).toMatchObject([{ id, result: { state: 'available' } }])
  })

  it('is one, however many messages tell of it at once, and is asked of no model any more', async () => {
    const { defend, handle } = await startEvidencing(stack)
    const id = await defend.put('investigation', investigation())
    await Promise.all([1, 2, 3, 4].map(() => handle('narrative', id)))
    await handle('narrative', id)
    // Whoever asks a model has read the evidence. The ledger of calls is written later.
    const readsOf = async () => (await defend.requests())['readInvestigation']
    const before = await readsOf()
    expect(before).toBeGreaterThan(0)
    expect(await handle('narrative', id)).toBe('duplicate')
    expect(await readsOf()).toBe(before)
    expect(await defend.results()).toMatchObject([{ changes: 1 }])
  })

  it('of another organization with the same id has a narrative of its own', async () => {
    const [one, other] = [await startEvidencing(stack), await startEvidencing(stack)]
    const id = await one.defend.put('investigation', investigation())
    await other.defend.put('investigation', investigation({ movements: [] }), null, id)
    await one.handle('narrative', id)
    expect(await other.defend.results()).toEqual([])
    await other.handle('narrative', id)
    const text = JSON.stringify(await other.defend.results())
    expect(text).toContain('WINWORD.EXE')
    expect(text).not.toContain('T1021.001')
  })

  it('keeps nothing of its texts once Defend has them', async () => {
    const { tenantId, store, defend, handle } = await startEvidencing(stack)
    await handle('narrative', await defend.put('investigation', investigation()))
    const { rows } = await store.open(narrativeTables.table).result.list({ tenantId }, { limit: 10 })
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('WINWORD')
  })

  it('does not show a secret that stands in a command line', async () => {
    const { defend, handle } = await startEvidencing(stack)
    const processes = [{ id: 'p1', at: '2026-11-27T09:01:40Z', device: 'FIN-01', image: 'net.exe' }].map((process) => ({
      ...process,
      commandLine: 'deploy --key AKIAIOSFODNN7EXAMPLE',
    }))
    await handle('narrative', await defend.put('investigation', investigation({ processes })))
    const text = JSON.stringify(await defend.results())
    expect(text).toContain('deploy')
    expect(text).not.toContain('AKIAIOSFODNN7EXAMPLE')
  })
})

describe('where there is no narrative', () => {
  it('of an organization that opted out, Defend has the words for it until it opts in', async () => {
    const { defend, handle, setSettings, incidents, unfinished } = await startEvidencing(stack)
    const id = await defend.put('investigation', investigation())
    await setSettings({ aiOptOut: true })
    for (let told = 0; told < 2; told += 1) expect(await handle('narrative', id)).toBe('completed')
    expect(await defend.results()).toMatchObject([
      { changes: 1, result: { state: 'unavailable', text: 'AI narrative unavailable', reason: 'opted_out' } },
    ])
    expect(await incidents()).toEqual([])
    await setSettings({ aiOptOut: false })
    expect(await handle('narrative', id)).toBe('completed')
    expect(await defend.results()).toMatchObject([{ changes: 2, result: { state: 'available' } }])
    expect(await unfinished()).toBe(0)
  })

  it('of an organization without AI, it is no failure', async () => {
    const { defend, deliver, incidents, parked } = await startEvidencing(stack, { aiTier: null })
    await deliver('narrative', await defend.put('investigation', investigation()))
    expect(await defend.results()).toMatchObject([{ result: { text: 'AI narrative unavailable', reason: 'no_tier' } }])
    expect([await incidents(), await parked()]).toEqual([[], []])
  })

  it('of an investigation without events, Defend is told so', async () => {
    const { defend, handle } = await startEvidencing(stack)
    const nothing = investigation({ processes: [], movements: [], actions: [] })
    await handle('narrative', await defend.put('investigation', nothing))
    expect(await defend.results()).toMatchObject([{ result: { reason: 'no_evidence' } }])
  })

  it('of one that Defend does not have yet it is tried again, and of one that is gone it is not', async () => {
    const { defend, handle } = await startEvidencing(stack)
    await expect(handle('narrative', 'unknown')).rejects.toMatchObject({ code: 'conflict' })
    expect(await handle('narrative', 'unknown', { at: '2026-01-01T00:00:00Z' })).toBe('ignored')
    expect(await defend.results()).toEqual([])
  })
})

describe('a call that has ended', () => {
  it('gets its recap, with owner, day and moment of what is to be done', async () => {
    const { voice, handle, unfinished } = await startEvidencing(stack)
    const id = await voice.put('call', call())
    expect(await handle('recap', id)).toBe('completed')
    expect(await handle('recap', id)).toBe('duplicate')
    const results = await voice.results()
    expect(results).toMatchObject([
      {
        changes: 1,
        result: {
          state: 'available',
          actionItems: [{ owner: 'Dana Okafor', due: 'by Friday', dueOn: '2026-11-27', at: 31, evidence: [4] }],
        },
      },
    ])
    const summary = results[0]?.result['summary'] as readonly { sentence: string; evidence: number[] }[]
    expect(summary.length).toBeGreaterThan(0)
    for (const { sentence, evidence } of summary)
      expect(evidence.map((number) => said[number - 1]?.text).join(' ')).toContain(sentence)
    expect(await unfinished()).toBe(0)
  })

  it('has its days told by the clocks of its client', async () => {
    const { tenantId, store, voice, handle } = await startEvidencing(stack)
    const set = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    await store
      .open(tenantSettingsTable)
      .settings.upsert({ tenantId, clientId: 'client-8', ...set, timeZone: 'Pacific/Honolulu' })
    const promised = [{ seconds: 0, speaker: 'Dana Okafor', text: "I'll replace the printer by tomorrow." }]
    // There it is still the day before.
    const expected = [
      ['client-8', '2026-11-26'],
      ['client-9', '2026-11-27'],
    ] as const
    for (const [client, day] of expected) {
      const id = await voice.put('call', call(promised), client)
      await handle('recap', id)
      const recap = (await voice.results()).find((one) => one.id === id)
      expect(recap?.result).toMatchObject({ actionItems: [{ dueOn: day }] })
    }
  })

  it('is read to its end, page by page', async () => {
    const { voice, handle } = await startEvidencing(stack)
    const small = Array.from({ length: 1_100 }, (_, index) => ({
      seconds: index * 2,
      speaker: index % 2 === 0 ? 'Dana Okafor' : 'Luis Moreno',
      text: `Line number ${index} is about the printer.`,
    }))
    const last = { seconds: 2_400, speaker: 'Dana Okafor', text: "I'll replace the printer by tomorrow." }
    const id = await voice.put('call', call([...small, last]))
    await handle('recap', id)
    expect((await voice.requests())['readTranscript']).toBe(3)
    expect(await voice.results()).toMatchObject([
      { result: { leftOut: 0, actionItems: [{ dueOn: '2026-11-27', evidence: [1_101] }] } },
    ])
  })

  it('of which Voice still writes the transcript is waited for, and of which there is none has the words', async () => {
    const { voice, handle } = await startEvidencing(stack)
    const id = await voice.put('call', call(said, { transcriptState: 'pending' }))
    await expect(handle('recap', id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await voice.results()).toEqual([])
    expect((await voice.requests())['readTranscript']).toBe(1)
    await voice.put('call', call(said, { transcriptState: 'none' }), 'client-1', id)
    await handle('recap', id)
    expect(await voice.results()).toMatchObject([
      { result: { state: 'unavailable', text: 'AI recap unavailable', reason: 'no_evidence' } },
    ])
  })
})

describe('the nightly run over results that nobody finished', () => {
  it('finds one that was cut off as soon as it was begun', async () => {
    const { tenantId, services, store, defend, unfinished } = await startEvidencing(stack)
    let isBegun = false
    const killed = steppedServices(services, tenantId, (step) => {
      if (isBegun) return Promise.reject(new Error('Killed.'))
      isBegun = step === 'aiNarratives.result.insert'
      return Promise.resolve()
    })
    const { handle } = await startEvidencing(stack, { tenantId, changed: () => killed })
    const id = await defend.put('investigation', investigation())
    await expect(handle('narrative', id)).rejects.toThrow('Killed.')
    expect([await defend.results(), await unfinished()]).toEqual([[], 1])
    await makeOlder(narrativeTables.unfinished, store, tenantId, 11 * 60_000)
    await reconcileResults.handler(timerInput(services, AbortSignal.timeout(30_000)))
    expect(await defend.results()).toMatchObject([{ id, changes: 1, result: { state: 'available' } }])
  })

  it('writes one that was made and did not reach Defend, and asks no model again', async () => {
    const evidencing = await startEvidencing(stack)
    const { tenantId, services, store, defend, handle, unfinished, incidents } = evidencing
    const id = await defend.put('investigation', investigation())
    await defend.setFaults({ operation: 'putNarrative', kind: 'expired-key' })
    await expect(handle('narrative', id)).rejects.toMatchObject({ code: 'peer-unauthorized' })
    expect(await unfinished()).toBe(1)
    await defend.clearFaults()
    await makeOlder(narrativeTables.unfinished, store, tenantId, 11 * 60_000)
    const calls = (await store.open(aiCallTable).call.list({ tenantId }, { limit: 100 })).rows.length
    await reconcileResults.handler(timerInput(services, AbortSignal.timeout(30_000)))
    expect(await defend.results()).toMatchObject([{ id, changes: 1, result: { state: 'available' } }])
    expect((await store.open(aiCallTable).call.list({ tenantId }, { limit: 100 })).rows).toHaveLength(calls)
    expect(await unfinished()).toBe(0)
    expect(await handle('narrative', id)).toBe('duplicate')
    expect(await incidents()).toEqual([])
  })
})
