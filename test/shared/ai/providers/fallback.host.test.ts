// Which deployment answers: order, lanes, waits that providers ask for, breakers that all instances share.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeAnswer } from '../../../../shared/ai/providers/provider.ts'
import { type Stage, callOf, failureOf, startStage } from './model-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.close())

const callsAt = async ({ name }: { readonly name: string }): Promise<number> => (await stage.control.calls(name)).length

describe('several deployments', () => {
  it('are asked in their order, and the second only when the first does not begin to answer', async () => {
    const first = await stage.deploymentOf('azure', { fault: 'status', status: 503 }, { text: 'one' })
    const second = await stage.deploymentOf('claude', { text: 'two' }, { text: 'two' })
    const models = stage.modelsOf([first.id, second.id])
    expect(await wholeAnswer(models.call('fast', callOf().call))).toMatchObject({
      text: 'two',
      provider: 'claude',
      attempts: 2,
    })
    expect(await wholeAnswer(models.call('fast', callOf().call))).toMatchObject({ text: 'one', provider: 'azure' })
  })

  it('are not asked in turn once the first has said a word', async () => {
    const first = await stage.deploymentOf('azure', { text: 'x'.repeat(40), fault: 'cut', at: 1 })
    const second = await stage.deploymentOf('claude')
    const { error } = await failureOf(stage.modelsOf([first.id, second.id]).call('fast', callOf().call))
    expect([error, await callsAt(second)]).toEqual([expect.objectContaining({ code: 'model-cut-off' }), 0])
  })

  it('are not asked in turn when a filter refuses the question: another may be laxer', async () => {
    const first = await stage.deploymentOf('azure', { fault: 'prompt-filtered' })
    const second = await stage.deploymentOf('claude')
    const { error } = await failureOf(stage.modelsOf([first.id, second.id]).call('fast', callOf().call))
    expect([error, await callsAt(second)]).toEqual([expect.objectContaining({ code: 'prompt-filtered' }), 0])
  })

  it.each([
    ['is silent', { fault: 'stall-before-headers' as const }],
    ['is not there', { fault: 'status' as const, status: 404 }],
    ['refuses the credential', { fault: 'status' as const, status: 403 }],
  ])('are asked in turn when the first %s', async (_, behaviour) => {
    const first = await stage.deploymentOf('openai', behaviour)
    const second = await stage.deploymentOf('claude', { text: 'two' })
    const models = stage.modelsOf([first.id, second.id], { more: { firstByteMs: 300 } })
    expect(await wholeAnswer(models.call('fast', callOf().call))).toMatchObject({ text: 'two', attempts: 2 })
  })

  it('that are kept for a lane are asked first by it, and by nobody else', async () => {
    const kept = await stage.deploymentOf('azure', { text: 'kept' })
    const shared = await stage.deploymentOf('azure', { text: 'shared' }, { text: 'shared' })
    const models = stage.modelsOf([shared.id, { use: kept.id, lane: 'enterprise' }])
    expect((await wholeAnswer(models.call('fast', callOf().call))).text).toBe('shared')
    expect((await wholeAnswer(models.call('fast', callOf({ lane: 'enterprise' }).call))).text).toBe('kept')
    expect(models.serving('fast')).toEqual([shared.id])
  })

  it('have the time of the caller together, and not each for itself', async () => {
    const first = await stage.deploymentOf('openai', { fault: 'stall-before-headers' })
    const second = await stage.deploymentOf('claude', { text: 'two', firstByteMs: 2_200 })
    const models = stage.modelsOf([first.id, second.id], { more: { firstByteMs: 2_500 } })
    const { error } = await failureOf(models.call('fast', callOf({ deadlineMs: 4_000 }).call))
    expect(error).toMatchObject({ code: 'model-timeout', details: { attempts: 2 } })
  })

  it('are none: then the embedded provider answers, and of recordings nobody', async () => {
    const models = stage.modelsOf([])
    expect(await wholeAnswer(models.call('fast', callOf().call))).toMatchObject({ model: 'embedded' })
    expect((await failureOf(models.call('audio', callOf().call))).error).toMatchObject({ code: 'model-unavailable' })
  })
})

describe('a provider that asks to be left alone', () => {
  it('is asked again when it said, and not before', async () => {
    const one = await stage.deploymentOf(
      'azure',
      { fault: 'status', status: 429, headers: { 'retry-after-ms': '700' } },
      { text: 'Yes.' },
    )
    expect(await wholeAnswer(stage.modelsOf([one.id]).call('fast', callOf().call))).toMatchObject({ attempts: 2 })
    const [first, second] = await stage.control.calls(one.name)
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(690)
  })

  it('for longer than the caller waits is not waited for: the caller is told when', async () => {
    const one = await stage.deploymentOf('azure', { fault: 'status', status: 429, headers: { 'retry-after': '120' } })
    const models = stage.modelsOf([one.id])
    const { error } = await failureOf(models.call('fast', callOf().call))
    expect(error).toMatchObject({ code: 'model-unavailable', details: { attempts: 1, retryAfterSeconds: 120 } })
    const { error: next } = await failureOf(models.call('fast', callOf().call))
    expect(next).toMatchObject({ code: 'model-unavailable', details: { attempts: 0, retryAfterSeconds: 120 } })
    expect(await callsAt(one)).toBe(1)
  })

  it('is not waited for while another deployment can answer', async () => {
    const busy = { fault: 'status', status: 429, headers: { 'retry-after': '120' } } as const
    const first = await stage.deploymentOf('azure', busy)
    const second = await stage.deploymentOf('claude', { text: 'two' }, { text: 'two' })
    const models = stage.modelsOf([first.id, second.id])
    for (const _ of [1, 2]) expect((await wholeAnswer(models.call('fast', callOf().call))).text).toBe('two')
    expect(await callsAt(first)).toBe(1)
  })

  it('is not waited for by a caller who leaves meanwhile', async () => {
    const one = await stage.deploymentOf('azure', { fault: 'status', status: 429, headers: { 'retry-after': '3' } })
    const { call, leave } = callOf()
    const failed = failureOf(stage.modelsOf([one.id]).call('fast', call))
    setTimeout(leave, 200)
    expect((await failed).error).toMatchObject({ code: 'caller-gone' })
  })

  it('is asked three times at most', async () => {
    const one = await stage.deploymentOf('azure')
    await stage.control.order(one.name, { usual: { fault: 'status', status: 500 } })
    const { error } = await failureOf(stage.modelsOf([one.id]).call('fast', callOf().call))
    expect([error, await callsAt(one)]).toEqual([expect.objectContaining({ code: 'model-unavailable' }), 3])
  })
})

describe('the circuit breaker of a deployment', () => {
  const times = { failures: 2, openMs: 700, probeMs: 5_000, knownMs: 0 }
  const oneOf = (id: string) => stage.modelsOf([id], { times })
  const down = { fault: 'status', status: 500 } as const

  /** Two failures of one instance. */
  const opened = async () => {
    const one = await stage.deploymentOf('openai')
    await stage.control.order(one.name, { usual: down })
    await failureOf(oneOf(one.id).call('fast', callOf({ deadlineMs: 600 }).call))
    return { one, asked: await callsAt(one) }
  }

  it('opens for all instances, which then do not ask, and say when to come again', async () => {
    const { one, asked } = await opened()
    const { error } = await failureOf(oneOf(one.id).call('fast', callOf({ deadlineMs: 100 }).call))
    expect(error).toMatchObject({ code: 'model-unavailable', details: { attempts: 0, retryAfterSeconds: 1 } })
    expect(await callsAt(one)).toBe(asked)
  })

  it('stays closed for calls that we cannot write, which are sent nowhere and count for nothing', async () => {
    const one = await stage.deploymentOf('openai', { text: 'Yes.' })
    const output = { name: 'answer', schema: { type: 'object', properties: {}, multipleOf: 1n } }
    const models = oneOf(one.id)
    for (const _ of [1, 2, 3]) {
      const { call, uses } = callOf({ output })
      const { error } = await failureOf(models.call('fast', call))
      expect([error, uses]).toEqual([expect.objectContaining({ code: 'internal' }), []])
    }
    expect(await wholeAnswer(models.call('fast', callOf().call))).toMatchObject({ text: 'Yes.' })
  })

  it('stays closed for calls that ask for more than can be said in their time', async () => {
    const one = await stage.deploymentOf('openai')
    await stage.control.order(one.name, { usual: { text: 'x'.repeat(4_000), tokensPerSecond: 100 } })
    const models = stage.modelsOf([one.id], { times: { ...times, openMs: 60_000 } })
    for (const _ of [1, 2, 3]) {
      const { error, texts } = await failureOf(models.call('fast', callOf({ deadlineMs: 700 }).call))
      expect([error, texts.length > 0]).toEqual([expect.objectContaining({ code: 'model-timeout' }), true])
    }
    expect(await callsAt(one)).toBe(3)
  })

  it('lets one call of all instances through when its time is over, and closes when that succeeds', async () => {
    const { one, asked } = await opened()
    await stage.control.order(one.name, { usual: { text: 'Yes.', firstByteMs: 500 } })
    await sleep(750)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => wholeAnswer(oneOf(one.id).call('fast', callOf({ deadlineMs: 450 }).call))),
    )
    // The probe itself has no time for its answer here: what counts is that it went alone.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(0)
    expect((await callsAt(one)) - asked).toBe(1)
    await sleep(750)
    expect(await wholeAnswer(oneOf(one.id).call('fast', callOf().call))).toMatchObject({ text: 'Yes.' })
    await stage.control.order(one.name, { usual: { text: 'Yes.' } })
    const after = await Promise.all(
      [1, 2, 3].map(() => wholeAnswer(oneOf(one.id).call('fast', callOf({ deadlineMs: 2_000 }).call))),
    )
    expect(after.map(({ attempts }) => attempts)).toEqual([1, 1, 1])
  })

  it('stays open when the one call fails', async () => {
    const { one, asked } = await opened()
    await sleep(750)
    await failureOf(oneOf(one.id).call('fast', callOf({ deadlineMs: 400 }).call))
    await failureOf(oneOf(one.id).call('fast', callOf({ deadlineMs: 100 }).call))
    expect((await callsAt(one)) - asked).toBe(1)
  })

  it('does not open for what only this request is refused for', async () => {
    const one = await stage.deploymentOf('openai')
    await stage.control.order(one.name, { usual: { fault: 'status', status: 400 } })
    const models = oneOf(one.id)
    for (const _ of [1, 2, 3, 4]) await failureOf(models.call('fast', callOf().call))
    expect(await callsAt(one)).toBe(4)
  })

  it('does not close because the caller of the one call left', async () => {
    const { one, asked } = await opened()
    await stage.control.order(one.name, { usual: { fault: 'stall-before-headers' } })
    await sleep(750)
    const { call, leave } = callOf()
    const failed = failureOf(oneOf(one.id).call('fast', call))
    setTimeout(leave, 200)
    await failed
    await stage.control.order(one.name, { usual: { text: 'Yes.' } })
    // The next one is a probe again: it goes alone.
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => wholeAnswer(oneOf(one.id).call('fast', callOf({ deadlineMs: 300 }).call))),
    )
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect((await callsAt(one)) - asked).toBeGreaterThanOrEqual(2)
  })

  it('lets the next call through when whoever reads the answer of the one call stops reading', async () => {
    const { one } = await opened()
    await stage.control.order(one.name, { usual: { text: 'x'.repeat(4_000), tokensPerSecond: 20 } })
    await sleep(750)
    const late = () => stage.modelsOf([one.id], { times: { ...times, probeMs: 600_000 } })
    for await (const part of late().call('fast', callOf().call)) if (part.kind === 'text') break
    await stage.control.order(one.name, { usual: { text: 'Yes.' } })
    expect(await wholeAnswer(late().call('fast', callOf().call))).toMatchObject({ text: 'Yes.' })
  })
})
