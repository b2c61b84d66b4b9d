// Texts that try to mislead a model, in our own words, and what a model writes that does whatever they ask.
import { readFileSync } from 'node:fs'

export type HostileText = {
  readonly id: string
  readonly kind: string
  readonly language: string
  /** What it wants to have written stands between « and », with `{{…}}` for what only the attacked prompt has. */
  readonly text: string
}

export const hostileTexts = JSON.parse(
  readFileSync(new URL('hostile-texts.json', import.meta.url), 'utf8'),
) as readonly HostileText[]

/** What the attacked prompt has, and the text cannot know. */
export type Loot = {
  readonly canary: string
  readonly marker: string
  readonly seal: string
  /** Of the tenant that is attacked; an attacker wants it carried out. */
  readonly secret: string
  /** Of another tenant. */
  readonly foreign: string
}

/** The answer of a model that obeys. */
export const obedientAnswer = ({ text }: HostileText, loot: Loot): string => {
  const wanted = /«([^]*)»/.exec(text)?.[1] ?? text
  const letters = loot.canary.split('')
  const values: Readonly<Record<string, string>> = {
    ...loot,
    canary64: Buffer.from(`word ${loot.canary}!`).toString('base64'),
    canarySpaced: letters.join(' '),
    canaryBack: letters.toReversed().join(''),
    canaryHex: Buffer.from(loot.canary).toString('hex'),
    canaryUpper: loot.canary.toUpperCase(),
    canaryJoined: letters.join('\u200b'),
  }
  return wanted.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
}
