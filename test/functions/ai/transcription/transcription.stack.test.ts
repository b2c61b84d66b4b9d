import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { recordingSubscriber } from '../../../../functions/ai/transcription/subscriber.ts'
import { transcriptionFlowName } from '../../../../functions/ai/transcription/flow-name.ts'
import { showTranscription } from '../../../../functions/ai/transcription/reading.ts'
import { startMissed } from '../../../../functions/ai/transcription/sweep.ts'
import {
  giveUpTranscription,
  planTranscription,
  transcribeChunk,
  writeTranscription,
} from '../../../../functions/ai/transcription/transcription-steps.ts'
import {
  type StoredTranscription,
  transcriptionIdOf,
  transcriptionTable,
} from '../../../../functions/ai/transcription/transcription-table.ts'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import type { FlowClient } from '../../../../shared/flows/flow-client.ts'
import { flowRequestTable, instanceIdOf } from '../../../../shared/flows/flow-request.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import { eventOf, publish } from '../../../support/bus-events.ts'
import { eventually } from '../../../support/eventually.ts'
import { identity, signIn } from '../../../support/browser-client.ts'
import { flowsAfter } from '../../../support/flows-after.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { startEvidencing } from '../../../support/evidence.ts'
import { createModelControl, newDeployment } from '../../../local/models/model-control.ts'
import { runTimerUntil } from '../../../support/timer-run.ts'
import { first, recorded, second } from './recorded-call.ts'

const stack = inject('stack')
const models = createModelControl(stack.urls.models)

/** An organization with an audio model of its own, and the steps of its transcriptions, as the host would call them. */
const startTranscribing = async (
  options: { readonly aiTier?: null; readonly tenantId?: string; readonly audio?: readonly string[] } = {},
) => {
  const deployment = newDeployment()
  const providers = { own: { wire: 'openai-chat', endpoint: `${stack.urls.models}/v1` } }
  const classes = { audio: options.audio ?? [`own/${deployment}`] }
  const { tenantId, aiTier } = options
  const evidencing = await startEvidencing(stack, {
    models: JSON.stringify({ providers, classes }),
    ...(aiTier === null && { aiTier }),
    ...(tenantId !== undefined && { tenantId }),
  })
  const { services, store } = evidencing
  const workOf = async (callId: string, toldAt = new Date()) => {
    const transcriptionId = transcriptionIdOf(evidencing.tenantId, callId)
    const row: StoredTranscription = {
      tenantId: evidencing.tenantId,
      transcriptionId,
      callId,
      clientId: '',
      attempt: 1,
      chunks: [],
      toldAt: toldAt.toISOString(),
    }
    const rows = store.open(transcriptionTable).transcription
    await rows.modify(row, (current) => current ?? row)
    return { services, tenantId: evidencing.tenantId, requestId: requestIdOf(transcriptionId, 1) }
  }
  const transcribe = async (callId: string): Promise<void> => {
    const work = await workOf(callId)
    const { chunks } = await planTranscription(work)
    for (let position = 0; position < chunks; position += 1) await transcribeChunk(work, position)
    await writeTranscription(work)
  }
  const transcriptions = async () => (await evidencing.voice.results()).filter(({ kind }) => kind === 'transcription')
  return {
    ...evidencing,
    deployment,
    workOf,
    transcribe,
    transcriptions,
    calls: () => models.calls(deployment),
    heard: async (callId: string) => {
      const key = { tenantId: evidencing.tenantId, transcriptionId: transcriptionIdOf(evidencing.tenantId, callId) }
      return (await store.open(transcriptionTable).heard.list(key, { limit: 100 })).rows
    },
  }
}

const linesOf = (result: Readonly<Record<string, unknown>> | undefined) =>
  (result?.['lines'] ?? []) as readonly { startsAt: number; speaker: string | null; text: string }[]

describe('a recording that is ready', () => {
  it('is transcribed chunk by chunk, each going on from the one before, and written to Voice once', async () => {
    const { voice, transcribe, transcriptions, calls, heard } = await startTranscribing()
    const id = await voice.put('call', recorded([first, second]))
    await transcribe(id)
    const [shown, ...others] = await transcriptions()
    expect(others).toEqual([])
    expect(shown).toMatchObject({ id, changes: 1, result: { state: 'available', language: 'english', leftOut: 0 } })
    expect(linesOf(shown?.result).map(({ startsAt, text }) => [startsAt, text.slice(0, 20)])).toEqual([
      [1, 'Hi, this is Dana fro'],
      [6, 'The file server at t'],
      [61, 'The disk of FS-02 is'],
      [68, 'I have restarted the'],
    ])
    expect((await calls()).map(({ body }) => body)).toMatchObject([
      { format: 'verbose_json', name: 'chunk-1.wav', prompt: '' },
      { name: 'chunk-2.wav', prompt: expect.stringContaining('down since 07:40.') as string },
    ])
    expect(await heard(id)).toEqual([])
    await transcribe(id)
    expect(await calls()).toHaveLength(2)
    expect(await transcriptions()).toMatchObject([{ changes: 1 }])
  })

  it('is paid for once, however often its steps are repeated: what was heard is kept, sealed', async () => {
    const { voice, workOf, calls, heard, transcriptions } = await startTranscribing()
    const id = await voice.put('call', recorded([first, second]))
    const work = await workOf(id)
    await planTranscription(work)
    await transcribeChunk(work, 0)
    // It is cut off, and begins again.
    await planTranscription(work)
    await transcribeChunk(work, 0)
    expect(await calls()).toHaveLength(1)
    const rows = await heard(id)
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('help desk')
    await transcribeChunk(work, 1)
    await writeTranscription(work)
    await writeTranscription(work)
    expect(await calls()).toHaveLength(2)
    expect(await transcriptions()).toMatchObject([{ changes: 1 }])
  })

  it('of which Voice has cut the chunks anew has nothing of those before, and keeps nothing of them', async () => {
    const { tenantId, services, store, voice, workOf, transcriptions, heard } = await startTranscribing()
    const id = await voice.put('call', recorded([first, second]))
    const work = await workOf(id)
    await planTranscription(work)
    for (const position of [0, 1]) await transcribeChunk(work, position)
    const spoken = [{ start: 3, end: 5, text: 'The printer is out of paper.' }]
    await voice.put('call', recorded([{ startsAt: 0, seconds: 30, spoken }]), 'client-1', id)
    await planTranscription(work)
    await store.open(flowRequestTable).request.upsert({
      tenantId,
      flow: transcriptionFlowName,
      requestId: work.requestId,
      instanceId: instanceIdOf(tenantId, transcriptionFlowName, work.requestId),
      contentHash: '',
      traceparent: '',
      state: 'started',
      requestedAt: new Date().toISOString(),
      requestedBy: 'product:voice',
    })
    const progress = async () => showTranscription(services, tenantId, id)
    expect(await progress()).toMatchObject({ chunks: 1, chunksHeard: 0 })
    await expect(writeTranscription(work)).rejects.toMatchObject({ code: 'not-found' })
    await transcribeChunk(work, 0)
    expect(await progress()).toMatchObject({ chunks: 1, chunksHeard: 1 })
    await writeTranscription(work)
    const [shown] = await transcriptions()
    expect(linesOf(shown?.result).map(({ text }) => text)).toEqual(['The printer is out of paper.'])
    expect(await heard(id)).toEqual([])
  })

  it('is not written before all of it was heard', async () => {
    const { voice, workOf, transcriptions } = await startTranscribing()
    const id = await voice.put('call', recorded([first, second]))
    const work = await workOf(id)
    await planTranscription(work)
    await transcribeChunk(work, 0)
    await expect(writeTranscription(work)).rejects.toMatchObject({ code: 'not-found' })
    expect(await transcriptions()).toEqual([])
  })

  it('is given to no model when Voice sends another chunk than it described', async () => {
    const { voice, workOf, calls } = await startTranscribing()
    const id = await voice.put('call', recorded([first]))
    const work = await workOf(id)
    await planTranscription(work)
    await voice.put('call', recorded([{ ...first, seconds: 90 }]), 'client-1', id)
    await expect(transcribeChunk(work, 0)).rejects.toMatchObject({ code: 'peer-invalid-response' })
    expect(await calls()).toEqual([])
  })

  it('is given to no model any more once the organization has opted out, also in the middle of it', async () => {
    const { voice, workOf, setSettings, calls } = await startTranscribing()
    const id = await voice.put('call', recorded([first, second]))
    const work = await workOf(id)
    await planTranscription(work)
    await transcribeChunk(work, 0)
    await setSettings({ aiOptOut: true })
    await expect(transcribeChunk(work, 1)).rejects.toMatchObject({ code: 'ai-opted-out' })
    expect(await calls()).toHaveLength(1)
  })

  it('of which Voice has got a transcript meanwhile leaves nothing of what was heard until then', async () => {
    const { voice, workOf, heard } = await startTranscribing()
    const id = await voice.put('call', recorded([first, second]))
    const work = await workOf(id)
    await planTranscription(work)
    await transcribeChunk(work, 0)
    await voice.put('call', recorded([first], { recording: { state: 'transcribed', chunks: [] } }), 'client-1', id)
    expect(await planTranscription(work)).toEqual({ outcome: 'ignored', chunks: 0 })
    expect(await heard(id)).toEqual([])
  })

  it('counts by its seconds in the ledger, which the budget of tokens holds too', async () => {
    const { tenantId, store, voice, transcribe } = await startTranscribing()
    await transcribe(await voice.put('call', recorded([first, second])))
    const rows = await eventually(
      async () => (await store.open(aiCallTable).call.list({ tenantId }, { limit: 10 })).rows,
      (found) => found.length === 2,
      10_000,
    )
    for (const { value } of rows) {
      expect(value).toMatchObject({ feature: 'transcription', modelClass: 'audio', audioSeconds: 60, outcome: 'done' })
      expect(value.promptTokens).toBeGreaterThanOrEqual(600)
      expect(value.reservedTokens).toBeGreaterThanOrEqual(value.promptTokens)
    }
    const { rows: sums } = await store.open(aiCallTable).sum.list({ tenantId }, { limit: 10 })
    expect(sums.reduce((sum, { value }) => sum + (value.audioSeconds ?? 0), 0)).toBe(120)
  })

  it('has no words that were made up on silence, and no secret that was spoken', async () => {
    const { voice, transcribe, transcriptions, calls } = await startTranscribing()
    const spoken = [
      { start: 1, end: 4, text: 'My key is AKIAIOSFODNN7EXAMPLE, please write it down.' },
      { start: 10, end: 50, text: 'Thank you for watching!', no_speech_prob: 0.93, avg_logprob: -1.4 },
    ]
    const id = await voice.put('call', recorded([{ startsAt: 0, seconds: 60, spoken }, second]))
    await transcribe(id)
    // Neither is it what the model goes on from.
    const prompts = (await calls()).map(({ body }) => JSON.stringify(body))
    expect(prompts[1]).toContain('please write it down')
    expect(prompts.join()).not.toContain('AKIAIOSFODNN7EXAMPLE')
    const [shown] = await transcriptions()
    expect(shown?.result).toMatchObject({ leftOut: 1 })
    expect(JSON.stringify(shown)).not.toMatch(/AKIAIOSFODNN7EXAMPLE|watching/)
    expect(JSON.stringify(shown)).toContain('please write it down')
  })

  it('of another organization with the same id is not read', async () => {
    const [one, other] = [await startTranscribing(), await startTranscribing()]
    const id = await one.voice.put('call', recorded([first]))
    expect(await planTranscription(await other.workOf(id, new Date(0)))).toEqual({ outcome: 'ignored', chunks: 0 })
    await one.transcribe(id)
    expect(await other.transcriptions()).toEqual([])
    const work = { ...(await one.workOf(id)), tenantId: other.tenantId }
    await expect(transcribeChunk(work, 0)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is left out where no model would hear it, and the rest is not', async () => {
    const { voice, transcribe, transcriptions, deployment } = await startTranscribing()
    await models.order(deployment, { next: [{ fault: 'prompt-filtered' }] })
    await transcribe(await voice.put('call', recorded([first, second])))
    const [shown] = await transcriptions()
    expect(shown?.result).toMatchObject({ state: 'available', leftOut: 1 })
    expect(linesOf(shown?.result).map(({ startsAt }) => startsAt)).toEqual([61, 68])
  })
})

describe('where there is no transcription', () => {
  it.each([
    ['the organization opted out', 'opted_out', { optsOut: true }],
    ['it has no tier of AI', 'no_tier', { aiTier: null }],
    ['no model is set up that hears', 'no_model', { audio: [] }],
    ['nothing was recorded', 'no_evidence', { recording: { state: 'none', chunks: [] } }],
  ] as const)('since %s, Voice has the words for it', async (_, reason, { optsOut, recording, ...options }: Odd) => {
    const { voice, workOf, setSettings, transcriptions, calls, incidents } = await startTranscribing(options)
    if (optsOut) await setSettings({ aiOptOut: true })
    const id = await voice.put('call', recorded([first], recording && { recording }))
    expect(await planTranscription(await workOf(id))).toEqual({ outcome: 'unavailable', chunks: 0 })
    expect(await transcriptions()).toMatchObject([
      { id, result: { state: 'unavailable', text: 'Transcription unavailable', reason } },
    ])
    expect([await calls(), await incidents()]).toEqual([[], []])
  })

  it.each([
    ['ai-opted-out', 'opted_out'],
    ['ai-tier-missing', 'no_tier'],
    ['model-unavailable', 'failed'],
  ])('since it ended with %s in the middle, Voice has the reason %s', async (code, reason) => {
    const { voice, workOf, transcriptions } = await startTranscribing()
    await giveUpTranscription(await workOf(await voice.put('call', recorded([first]))), code)
    expect(await transcriptions()).toMatchObject([{ result: { state: 'unavailable', reason } }])
  })

  it('since it failed for good, Voice has the words until there is one', async () => {
    const { voice, workOf, transcribe, transcriptions } = await startTranscribing()
    const id = await voice.put('call', recorded([first]))
    await giveUpTranscription(await workOf(id), 'model-refused')
    expect(await transcriptions()).toMatchObject([{ result: { state: 'unavailable', reason: 'failed' } }])
    await transcribe(id)
    await giveUpTranscription(await workOf(id), 'model-refused')
    expect(await transcriptions()).toMatchObject([{ changes: 2, result: { state: 'available' } }])
  })

  it('of a call with a transcript of its own nobody is asked, and of one that is still cut it is waited for', async () => {
    const { voice, workOf, calls } = await startTranscribing()
    const own = await voice.put('call', recorded([first], { recording: { state: 'transcribed', chunks: [] } }))
    expect(await planTranscription(await workOf(own))).toEqual({ outcome: 'ignored', chunks: 0 })
    const cut = await voice.put('call', recorded([first], { recording: { state: 'pending', chunks: [] } }))
    await expect(planTranscription(await workOf(cut))).rejects.toMatchObject({ code: 'conflict' })
    expect(await calls()).toEqual([])
  })
})

type Odd = {
  readonly optsOut?: boolean
  readonly aiTier?: null
  readonly audio?: readonly string[]
  readonly recording?: object
}

describe('a message that a recording is ready', () => {
  const readyOf = (tenantId: string, callId: string) =>
    eventOf({
      type: 'voice.recording.ready',
      tenantId,
      data: { call_id: callId, client_id: null, ready_at: new Date().toISOString() },
    })

  it('has it transcribed and the call recapped, by an orchestration whose progress Voice reads', async () => {
    const { tenantId, store, services, voice } = await startEvidencing(stack)
    expect(recordingSubscriber.events).toEqual(['voice.recording.ready'])
    const callId = await voice.put('call', recorded([first, second]), 'client-1', `call-${randomUUID()}`)
    for (let told = 0; told < 2; told += 1) await publish(stack.urls.bus, 'voice', readyOf(tenantId, callId))
    const results = await eventually(voice.results, (found) => found.length === 2, 60_000)
    expect(results).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'transcription', changes: 1 }),
        expect.objectContaining({
          id: callId,
          changes: 1,
          result: expect.objectContaining({
            state: 'available',
            actionItems: [expect.objectContaining({ owner: null, due: 'by Friday', at: 68, evidence: [4] })],
          }) as object,
        }),
      ]),
    )
    const key = await createIntegrationKey(store, {
      tenantId,
      integration: 'voice→ai',
      scopes: ['ai:features:voice'],
      environment: 'test',
      now: services.now(),
    })
    const progress = await eventually(
      async () => {
        const response = await fetch(`${stack.urls.functions}/api/ai/transcriptions/${callId}`, {
          headers: { 'x-integration-key': key },
        })
        return (await response.json()) as { finishedAt?: string }
      },
      ({ finishedAt }) => finishedAt !== undefined,
      60_000,
    )
    expect(progress).toMatchObject({ callId, state: 'completed', outcome: 'written', chunks: 2, chunksHeard: 0 })
    const stranger = await signIn(stack.urls, identity({ role: 'admin', product: 'ai' }))
    expect((await stranger.fetch(`/api/ai/transcriptions/${callId}`)).status).toBe(404)
  })
})

describe('the nightly look for recordings', () => {
  it('begins none of an organization that has opted out of AI, is suspended, or has no tier', async () => {
    const [one, optedOut, suspended, untiered] = [
      await startTranscribing(),
      await startTranscribing(),
      await startTranscribing(),
      await startTranscribing({ aiTier: null }),
    ]
    await optedOut.setSettings({ aiOptOut: true })
    await hubControl(stack.urls.hub, suspended.tenantId).putOrganization({ status: 'suspended' })
    const all = [one, optedOut, suspended, untiered]
    for (const { voice } of all) await voice.put('call', recorded([first]), 'client-1', 'call-of-the-night')
    await startMissed(one.services, flowsAfter() as FlowClient, AbortSignal.timeout(60_000))
    const begun = await Promise.all(
      all.map(({ tenantId, store }) => {
        const transcriptionId = transcriptionIdOf(tenantId, 'call-of-the-night')
        return store.open(transcriptionTable).transcription.get({ tenantId, transcriptionId })
      }),
    )
    expect(begun.map((row) => row?.value.callId)).toEqual(['call-of-the-night', undefined, undefined, undefined])
  })

  it('has those transcribed that no event told of', async () => {
    const { voice } = await startEvidencing(stack)
    const callId = await voice.put('call', recorded([first]), 'client-1', `call-${randomUUID()}`)
    const isThere = async () => (await voice.results()).some(({ kind }) => kind === 'transcription')
    await runTimerUntil(stack.urls.functions, 'ai-transcription-sweep-timer', isThere, 60_000)
    expect(await voice.results()).toContainEqual(
      expect.objectContaining({ id: callId, kind: 'transcription', changes: 1 }),
    )
  })
})
