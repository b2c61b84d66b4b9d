// Holds what a fact claims against what the ticket says: is it of the same device, did it come before the onset, does the ticket speak of it?
import { oneLine } from '../../../../../../shared/text/quoted-text.ts'
import { shorten } from '../../../../../../shared/text/shortened-text.ts'
import { type Bond, bondOf, denialOf, isSure } from './bond.ts'
import type { Claim } from './claim.ts'
import { type Proposal, onsetId } from '../contract.ts'
import { gravityOf } from './gravity.ts'
import type { Onset } from './onset.ts'
import type { Subject } from './subject.ts'
import type { Quote, Symptom } from './symptom.ts'
import type { Fact } from '../times.ts'
import type * as z from 'zod'

type Hypothesis = z.input<typeof Proposal>['hypotheses'][number]

/** How much it has to do with the ticket, and how bad it is: more comes first among those of one state. */
export type Weighed = Hypothesis & {
  readonly weight: readonly [closeness: number, weight: number]
  /** It has a name that the ticket has, such as that of an update. */
  readonly isNamed: boolean
  readonly isDenied: boolean
}

export type Ticket = { readonly symptom: Symptom; readonly onset: Onset | undefined }

type Timing = 'none' | 'before' | 'long before' | 'unclear' | 'just after' | 'after'

type Case = {
  readonly claim: Claim
  readonly title: string
  readonly subject: Subject
  readonly bond: Bond | undefined
  readonly denial: Quote | undefined
  /** Of what product or kind the record is. */
  readonly source: string
  readonly timing: Timing
  readonly onset: Onset | undefined
}

export const weigh = (
  told: Claim,
  { name, title, subject }: { name: string; title: string; subject: Subject },
  { symptom, onset }: Ticket,
): Weighed => {
  const claim = ofSubject(told, subject)
  const bond = bondOf(claim, symptom, title)
  const about = subject.kind === 'named' ? subject.quote.words : undefined
  const denial = denialOf(claim, symptom, { bond, title, about })
  const own: Case = {
    claim,
    title,
    subject,
    bond,
    denial,
    source: sourceOf(name),
    timing: timingOf(claim, onset),
    onset,
  }
  const { state, reason, evidence } = verdictOf(own)
  return {
    statement: shorten(oneLine(`${claim.statement} ${reason}`), statementMax),
    state,
    evidence: [...new Set([claim.fact.id, ...evidence])],
    weight: weightOf(own),
    isNamed: isSure(bond),
    isDenied: denial !== undefined,
  }
}

/** What is off does nothing: of the very device that does nothing, the ticket speaks of that. */
const ofSubject = (claim: Claim, { kind }: Subject): Claim =>
  claim.stops === true && kind !== 'other' && kind !== 'unclear'
    ? { ...claim, explains: [...claim.explains, 'failure'] }
    : claim

const sourceOf = (name: string): string => /^(?:RMM|CMDB|Defend|Voice)\b/.exec(name)?.[0] ?? `the ${name}`

const statementMax = 600

type Verdict = Pick<Hypothesis, 'state' | 'evidence'> & { readonly reason: string }

const verdictOf = (own: Case): Verdict => {
  const { claim, subject, timing, bond, denial, source } = own
  if (claim.kind === 'absence') return absenceVerdict(own)
  if (own.onset && isAfter(claim, own.onset)) return lateVerdict(claim, own.onset)
  if (subject.kind === 'other' && !claim.isShared)
    return {
      state: 'open',
      reason: `But the ticket is about ${subject.quote.words}, not about ${own.title}.`,
      evidence: [subject.quote.fact],
    }
  if (denial)
    return {
      state: 'open',
      reason: `But the ticket says “${denial.words}”, and ${source} says otherwise: “${claim.fact.label}: ${claim.fact.text}”.`,
      evidence: [denial.fact],
    }
  if (!bond) return { state: 'open', reason: 'Nothing in the ticket speaks of it.', evidence: [] }
  const doubt = doubtOf(own)
  const reasons = [ticketReason(subject, bond), timeReason(own), doubt]
  const evidence = [
    ...(bond.facts ?? []),
    bond.quote.fact,
    ...(subject.kind === 'named' || subject.kind === 'related' ? [subject.quote.fact] : []),
    ...(subject.kind === 'related' ? [subject.fact] : []),
    ...(timing === 'none' || !own.onset ? [] : [onsetId, ...own.onset.evidence]),
  ]
  return {
    state: doubt === '' ? 'supported' : 'open',
    reason: reasons.filter((reason) => reason !== '').join(' '),
    evidence,
  }
}

/** What holds now held then, as far as anybody can say. */
const absenceVerdict = ({ claim, subject, bond }: Case): Verdict => ({
  state: 'contradicted',
  reason: `It is not so: “${claim.fact.label}: ${claim.fact.text}”.${
    bond ? ` The ticket says “${bond.quote.words}”.` : ''
  }`,
  evidence: [...(bond ? [bond.quote.fact] : []), ...(subject.kind === 'named' ? [subject.quote.fact] : [])],
})

/** A change that nobody had made yet when it began. */
export const isAfter = ({ kind, at }: Claim, { latest }: Onset): boolean =>
  kind === 'change' && Date.parse(at ?? '') > latest

const lateVerdict = (claim: Claim, { words, evidence }: Onset): Verdict => ({
  state: 'contradicted',
  reason: `It came ${momentOf(claim)}after the onset${words === undefined ? ': the ticket was open by then' : `: “${words}”`}.`,
  evidence: [onsetId, ...evidence],
})

/** Why it is not supported, although the ticket speaks of it. Empty: it is. */
const doubtOf = ({ claim, timing, bond, subject }: Case): string => {
  if (subject.kind === 'unclear' && !claim.isShared && !isSure(bond))
    return 'Which of the devices it is about, the ticket does not say.'
  if (bond?.by === 'common trouble') return 'That has many causes.'
  if (claim.kind === 'hint' && !isSure(bond)) return 'Whether it is the cause has to be looked at.'
  if (timing === 'long before') return 'It was so long before, without trouble.'
  if (timing === 'after') return 'It came after the onset.'
  if (claim.kind === 'change' && timing === 'none') return 'When it began, the ticket does not say.'
  if (claim.kind === 'change' && timing === 'unclear' && !isSure(bond))
    return 'Whether it came before the onset cannot be said.'
  return ''
}

const ticketReason = (subject: Subject, { by, quote }: Bond): string => {
  const says = by === 'title' ? 'tells of it:' : 'says'
  const spoken = by === 'name' ? `names ${quote.words}, as it does` : `${says} “${quote.words}”`
  if (subject.kind === 'named') return `The ticket is about ${subject.quote.words} and ${spoken}.`
  if (subject.kind === 'related')
    return `It belongs to ${subject.quote.words}, which the ticket is about; the ticket ${spoken}.`
  return `The ticket ${spoken}.`
}

const timeReason = ({ claim, timing, onset }: Case): string => {
  const told = onset?.words === undefined ? '' : `: “${onset.words}”`
  if (timing === 'before') return `It came ${momentOf(claim)}before the onset${told}.`
  if (timing === 'just after') return `It was noticed ${momentOf(claim)}soon after the onset${told}.`
  return ''
}

/** As the fact has it; a day alone is in the statement. */
const momentOf = ({ at, fact }: Claim): string => (at !== undefined && has(fact, at) ? `at ${at}, ` : '')

const has = ({ label, text }: Fact, words: string): boolean => `${label} ${text}`.includes(words)

/** Where another fact has the very name that the ticket has, a kind of trouble speaks for nothing. */
export const outdone = (hypothesis: Weighed): Weighed => ({
  ...hypothesis,
  state: 'open',
  statement: shorten(`${hypothesis.statement} But another fact has the very name that the ticket has.`, statementMax),
})

const dayMs = 86_400_000
const recentMs = 14 * dayMs
/** Defend notices many attacks only after they have begun to show. */
const noticedWithinMs = dayMs / 6

const timingOf = ({ at, kind }: Claim, onset: Onset | undefined): Timing => {
  const moment = Date.parse(at ?? '')
  if (!onset || Number.isNaN(moment)) return 'none'
  const { earliest, latest } = onset
  if (moment > latest) return moment - latest <= noticedWithinMs && kind !== 'state' ? 'just after' : 'after'
  if (latest - moment > recentMs) return 'long before'
  return moment <= earliest ? 'before' : 'unclear'
}

/** What the ticket speaks of, by a kind of trouble rather than by a single word; then what it does not, the worst first; then what is of another device. */
const weightOf = (own: Case): Weighed['weight'] => {
  const { claim, subject, bond, denial, timing } = own
  const isElsewhere = subject.kind === 'other' && claim.isShared !== true
  const near = claim.isShared === true ? 1 : subjects[subject.kind]
  if (isElsewhere || denial || !bond) return [isElsewhere ? 0 : 1, gravityOf(claim) * 10 + near + timings[timing]]
  return [2, bonds[bond.by] + near + timings[timing] + kinds[claim.kind]]
}

const bonds = { name: 4, title: 4, topic: 2, word: 0.5, 'common trouble': 1 } as const
const subjects = { named: 2, related: 1, unsaid: 0.5, unclear: 0.5, other: -4 } as const
const timings = { none: 0, before: 1.5, unclear: 0.5, 'just after': 0, 'long before': -2, after: -3 } as const
const kinds = { state: 1, change: 0.5, detection: 0.5, hint: 0, absence: 0 } as const
