import { describe, expect, it } from 'vitest'
import { hostedFunction } from '../src/function-rules.ts'

const fn = (name: string, bindings: Record<string, { type: string }>) => ({
  metadata: { name, bindings },
  callback: () => undefined,
})
const trigger = { type: 'timerTrigger' }

describe('the rules of the Azure host for functions', () => {
  it.each(['a', 'A-b_c9', 'x'.repeat(128)])('takes the name "%s"', (name) => {
    expect(hostedFunction(fn(name, { t: trigger })).name).toBe(name)
  })

  it.each(['', '1a', '-a', 'a.b', 'a b', 'ä', 'x'.repeat(129), 'host', 'HOST'])('refuses the name "%s"', (name) => {
    expect(() => hostedFunction(fn(name, { t: trigger }))).toThrow(/name/)
  })

  it('finds the one trigger among the bindings', () => {
    const { trigger: found } = hostedFunction(fn('a', { $return: { type: 'http' }, in1: trigger }))
    expect([found.bindingName, found.type]).toEqual(['in1', 'timerTrigger'])
  })

  it.each<[string, Record<string, { type: string }>, string]>([
    ['without a trigger', { out: { type: 'queue' } }, 'no trigger'],
    ['with two triggers', { a: trigger, b: trigger }, '2 triggers'],
    ['with a binding name that has other characters', { 'a-b': trigger }, 'binding name "a-b"'],
    ['with two binding names that differ in case only', { a: trigger, A: { type: 'queue' } }, 'Two bindings'],
  ])('refuses a function %s', (_what, bindings, problem) => {
    expect(() => hostedFunction(fn('a', bindings))).toThrow(problem)
  })
})
