// Calls with what a careful listener would write down as to be done: who, until when, and where it was said.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type GoldItem = {
  /** Ids of the segments in which it is said; any of them will do. */
  readonly places: readonly string[]
  readonly what: string
  readonly owners: readonly (string | null)[]
  readonly dues: readonly (string | null)[]
}

export type Call = {
  readonly input: {
    readonly call: { readonly id: string; readonly startedAt: string; readonly subject: string }
    readonly segments: readonly { id: string; at: number; speaker: string; text: string }[]
  }
  readonly items: readonly GoldItem[]
}

export const calls = (): readonly Call[] =>
  ['help-desk', 'projects', 'follow-ups'].flatMap((name) =>
    readFileSync(join(import.meta.dirname, `${name}.txt`), 'utf8')
      .split(/^# /m)
      .slice(1)
      .map((text, index) => callOf(`${name}-${index + 1}`, text)),
  )

const secondsApart = 7

const callOf = (id: string, text: string): Call => {
  const [subject = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  const segments: { id: string; at: number; speaker: string; text: string }[] = []
  const items = new Map<string, GoldItem>()
  for (const line of lines) {
    const gold = /^> (.+) \| (.+) \| (.+)$/.exec(line)
    const said = /^([^:>]+): (.+)$/.exec(line)
    const last = segments.at(-1)
    if (gold && last) addItem(items, last.id, gold)
    else if (said)
      segments.push({
        id: `s${segments.length + 1}`,
        at: segments.length * secondsApart,
        speaker: said[1] ?? '',
        text: said[2] ?? '',
      })
    else throw new Error(`Call ${id}: write "Name: text" or "> owner | due | what", not "${line}".`)
  }
  return {
    input: { call: { id, startedAt: '2026-11-27T09:00:00Z', subject: subject.trim() }, segments },
    items: [...items.values()],
  }
}

/** What is written down again in the same words was said in more than one place. */
const addItem = (
  items: Map<string, GoldItem>,
  place: string,
  [, owner, due, what = '']: readonly (string | undefined)[],
): void => {
  const orNull = (word: string | undefined) => (word === undefined || word === '-' ? null : word)
  const known = items.get(what)
  items.set(what, {
    what,
    places: [...(known?.places ?? []), place],
    owners: [...(known?.owners ?? []), orNull(owner)],
    dues: [...(known?.dues ?? []), orNull(due)],
  })
}
