// Since when the symptom of a ticket has been there: as the ticket says it, or at the latest when it was opened.
import { sentencesOf } from '../../../../../../shared/ai/offline/sentences.ts'
import { oneLine } from '../../../../../../shared/text/quoted-text.ts'
import { shorten } from '../../../../../../shared/text/shortened-text.ts'
import { isTimeZone } from '../../../../../../shared/tenants/business-hours.ts'
import { type Span, saidTime } from './said-time.ts'
import { type Fact, type Input, timeOf } from '../times.ts'

export type Onset = Span & {
  /** A part of the ticket; undefined when nothing but the opening tells it. */
  readonly words: string | undefined
  /** The ticket names a clock time, or counts from when it was opened. */
  readonly isExact: boolean
  /** It names a clock or a day, and nobody has said of which time zone. */
  readonly isOfAnyZone: boolean
  /** Of the ticket: where it is said, and by what it was reckoned. */
  readonly evidence: readonly string[]
}

/** What a person says before it. */
const cue =
  /\b(?:since|from|as of|starting|started|starts|began|begun|beginning|noticed|first seen|detected|happened|occurred|seit|ab|begann|angefangen|aufgetreten|bemerkt|entdeckt|festgestellt)\b/i
/** Without such a word, that something went wrong at that time. */
const failing =
  /\b(?:stopped|stops|dropped|drops|fail\w*|crash\w*|down|lost|broke\w*|froze|frozen|cannot|can't|could not|couldn't|no longer|unable|error|outage|went|geht nicht|ausgefallen|fehler|abgestürzt|getrennt)\b/i

const sentencesMax = 60
const wordsMax = 120
const exactMs = 3_600_000

/** Undefined for a ticket that has no time at all. */
export const onsetOf = ({ ticket, timeZone }: Pick<Input, 'ticket' | 'timeZone'>): Onset | undefined => {
  const opened = ticket.facts.find(({ label }) => label === 'Opened')
  const openedAt = Date.parse((opened && timeOf(opened)) ?? '')
  const wrote = Number.isNaN(openedAt) ? undefined : openedAt
  // Whoever has set no time zone may be anywhere.
  const isUncertain = timeZone === undefined || timeZone === 'UTC' || !isTimeZone(timeZone)
  const zone = { timeZone: isUncertain ? 'UTC' : timeZone, isUncertain }
  const said = toldIn(ticket.facts)
    .map(({ fact, sentence }) => ({ fact, sentence, reading: saidTime(sentence, wrote, zone) }))
    .find(({ reading }) => reading && (wrote === undefined || reading.earliest <= wrote))
  if (said?.reading) {
    const evidence = [said.fact.id, ...(opened ? [opened.id] : [])]
    const { isOfAnyZone = false, earliest, latest } = said.reading
    const isExact = !isOfAnyZone && latest - earliest <= exactMs
    return {
      ...within(said.reading, wrote),
      isExact,
      isOfAnyZone,
      words: wordsOf(said.sentence),
      evidence,
    }
  }
  if (!opened || wrote === undefined) return undefined
  return {
    earliest: Number.NEGATIVE_INFINITY,
    latest: wrote,
    at: wrote,
    words: undefined,
    isExact: false,
    isOfAnyZone: false,
    evidence: [opened.id],
  }
}

const wordsOf = (sentence: string): string => shorten(oneLine(sentence).replace(/[.!,;:]+$/, ''), wordsMax)

export type Undated = { readonly words: string; readonly evidence: readonly string[] }

/** What the ticket says of when it began, where nothing says of which day that is: "since 08:00", in a ticket of which nobody knows when it was opened. */
export const undatedOf = ({ facts }: Input['ticket']): Undated | undefined => {
  const zone = { timeZone: 'UTC', isUncertain: true }
  const said = toldIn(facts).find(({ sentence }) => saidTime(sentence, anyDay, zone))
  return said && { words: wordsOf(said.sentence), evidence: [said.fact.id] }
}
const anyDay = Date.UTC(2026, 0, 1)

/** Nobody opens a ticket before there is something to tell. */
const within = (span: Span, wrote: number | undefined): Span =>
  wrote === undefined
    ? span
    : { earliest: Math.min(span.earliest, wrote), latest: Math.min(span.latest, wrote), at: Math.min(span.at, wrote) }

/** The title before the description, and what begins a time before what goes without such a word; each from that word on. */
const toldIn = (facts: readonly Fact[]): readonly { readonly fact: Fact; readonly sentence: string }[] => {
  const told = ['Title', 'Description'].flatMap((label) => facts.filter((fact) => fact.label === label))
  const all = told.flatMap((fact) => sentencesOf(fact.text, sentencesMax).map((sentence) => ({ fact, sentence })))
  const begun = all.flatMap(({ fact, sentence }) => {
    const found = cue.exec(sentence)
    return found ? [{ fact, sentence: sentence.slice(found.index) }] : []
  })
  return [...begun, ...all.filter(({ sentence }) => failing.test(sentence))]
}

/** As an answer may repeat it. */
export const onsetText = ({ at, words }: Onset): string =>
  words === undefined
    ? `${isoOf(at)} at the latest: the ticket was opened then, and says nothing else`
    : `${isoOf(at)}: the ticket says “${words}”`

export const isoOf = (moment: number): string => new Date(moment).toISOString().replace('.000Z', 'Z')
