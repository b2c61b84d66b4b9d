// Recordings given to models of the class `audio`, by Azure's dated API and by a plain endpoint.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spokenWav } from '../../../../local/models/spoken-wav.ts'
import { wholeAnswer } from '../../../../shared/ai/providers/provider.ts'
import { Heard } from '../../../../shared/ai/providers/transcription-wire.ts'
import { modelSettings } from '../../../../shared/config/model-settings.ts'
import { type Stage, callOf, failureOf, startStage } from './model-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.close())

const spoken = [
  { start: 0.5, end: 2, text: ' Hello, this is Ann. ' },
  { start: 5, end: 19, text: 'Thank you for watching!', no_speech_prob: 0.9, avg_logprob: -1.3 },
]

const recording = (before = '') => ({
  messages: [{ role: 'user', content: before }] as const,
  audio: { file: new File([new Uint8Array(spokenWav(20, spoken))], 'chunk-1.wav', { type: 'audio/wav' }), seconds: 20 },
})

describe.each(['azure', 'openai'] as const)('a recording over the wire of %s', (wire) => {
  it('is heard in pieces, by its seconds, each with whether the model was sure', async () => {
    const { name, id } = await stage.deploymentOf(wire)
    const { call, uses } = callOf(recording('She said: my name is'))
    const { text, usage, finish } = await wholeAnswer(stage.modelsOf([id]).call('audio', call))
    expect(finish).toBe('complete')
    expect(Heard.parse(JSON.parse(text))).toEqual({
      language: 'english',
      pieces: [
        { start: 0.5, end: 2, text: 'Hello, this is Ann.', isDoubtful: false },
        { start: 5, end: 19, text: 'Thank you for watching!', isDoubtful: true },
      ],
    })
    expect(usage).toMatchObject({ audioSeconds: 20, estimated: true })
    expect(uses).toMatchObject([{ outcome: 'complete', usage: { audioSeconds: 20 } }])
    const [sent] = await stage.control.calls(name)
    expect(sent?.body).toMatchObject({ format: 'verbose_json', name: 'chunk-1.wav', prompt: 'She said: my name is' })
  })

  it('goes to the next deployment when one takes no more, and waits as it is told when all do', async () => {
    const busy = { fault: 'status', status: 429, headers: { 'retry-after-ms': '50' } } as const
    const [one, other] = [await stage.deploymentOf(wire, busy, busy), await stage.deploymentOf(wire, busy)]
    const { call } = callOf(recording())
    const { text, attempts, deployment } = await wholeAnswer(stage.modelsOf([one.id, other.id]).call('audio', call))
    expect([attempts, deployment]).toEqual([4, other.name])
    expect(text).toContain('this is Ann')
  })

  it('that cannot be read is refused for good, and costs nothing', async () => {
    const { id } = await stage.deploymentOf(wire, { fault: 'status', status: 400 })
    const { call, uses } = callOf(recording())
    const { error } = await failureOf(stage.modelsOf([id]).call('audio', call))
    expect(error).toMatchObject({ code: 'model-refused' })
    expect(uses).toMatchObject([{ outcome: 'refused', usage: { promptTokens: 0, answerTokens: 0 } }])
  })

  it('may be heard to its end for as long as the caller has time, before anything is said of it', async () => {
    const { id } = await stage.deploymentOf(wire, { firstByteMs: 1_500 })
    const models = stage.modelsOf([id], { more: { firstByteMs: 300 } })
    expect((await wholeAnswer(models.call('audio', callOf(recording()).call))).text).toContain('this is Ann')
  })

  it('is let go of when the caller leaves', async () => {
    const { id } = await stage.deploymentOf(wire, { firstByteMs: 30_000 })
    const { call, leave } = callOf(recording())
    const failing = failureOf(stage.modelsOf([id]).call('audio', call))
    setTimeout(leave, 100)
    expect((await failing).error).toMatchObject({ code: 'caller-gone' })
  })
})

describe('a class of models that hear', () => {
  it('is served by nobody when none is set up: the embedded provider hears nothing', async () => {
    const models = stage.modelsOf([])
    expect(models.serving('audio')).toEqual([])
    expect((await failureOf(models.call('audio', callOf(recording()).call))).error).toMatchObject({
      code: 'model-unavailable',
    })
  })

  it('cannot be served over a wire that takes no recordings', () => {
    const providers = { claude: { wire: 'anthropic-messages', endpoint: 'https://models.example/anthropic' } }
    const text = JSON.stringify({ providers, classes: { audio: ['claude/claude-sonnet-4-5'] } })
    expect(modelSettings.safeParse(text).error?.issues[0]?.message).toContain('takes no recordings')
  })
})
