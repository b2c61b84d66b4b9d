// What the check of a narrative takes for a name of an event, and how much it looks at to find it.
import { describe, expect, it } from 'vitest'
import { check } from '../../../../functions/ai/features/defend/attack-narrative/check.ts'

type Input = Parameters<typeof check>[0]

const event = (id: string, more: Partial<Input['events'][number]> = {}): Input['events'][number] => ({
  id,
  at: '2026-03-01T10:00:00Z',
  kind: 'logon',
  device: 'PC-ALPHA',
  ...more,
})

/** The names that a sentence has without its evidence, which is another event than the one of the name. */
const foreignOf = (name: string, text: string): readonly string[] => {
  const input = {
    investigation: { id: 'i1', title: 'An investigation' },
    events: [event('e1'), event('e2', { user: name })],
  }
  const faults = check(input, { sentences: [{ text, evidence: ['e1'] }], techniques: [] })
  return faults.map(({ message }) => message)
}

const names = (name: string) => [expect.stringContaining(`names ${name},`)]

describe('a name of another event', () => {
  it.each([
    ['in any case, when it could not be a word', 'SRV-02', 'it went on to srv-02.'],
    ['with a space in it', 'svc backup 1', 'it was svc backup 1 that logged on'],
    ['with signs in it', String.raw`corp\mia.o`, String.raw`(corp\mia.o) logged on`],
    ['at the end of a sentence', 'tom', 'then came tom. He logged on'],
  ])('is seen %s', (_, name, text) => {
    expect(foreignOf(name, text)).toEqual(names(name))
  })

  it.each([
    ['within a longer name', 'SRV-02', 'it went on to SRV-02-TEST and to MY-SRV-02'],
    ['before an ending', 'tom', 'it started tom.exe'],
    ['that could be a word and is written as one', 'BACKUP', 'it stopped the backup'],
  ])('is not seen %s', (_, name, text) => {
    expect(foreignOf(name, text)).toEqual([])
  })
})

it('looks once at what an event says, however many sentences rest on it', () => {
  let looks = 0
  const events = Array.from({ length: 20 }, (_, index) => ({
    ...event(`e${index}`),
    get commandLine() {
      looks += 1
      return 'whoami /all'
    },
  }))
  const sentences = Array.from({ length: 60 }, () => ({
    text: 'somebody logged on to PC-ALPHA',
    evidence: events.map(({ id }) => id),
  }))
  const input = { investigation: { id: 'i1', title: 'An investigation' }, events }
  expect(check(input, { sentences, techniques: [] })).toEqual([])
  expect(looks).toBe(20)
})
