// The verdict on an audit log, as a person reads it.
import type * as z from 'zod'
import type { AuditFault, AuditPosition } from '../../../shared/audit-log/audit-segment.ts'
import type { FoundBreak } from '../../../shared/audit-log/break-list.ts'
import type { ClockNotes } from '../../../shared/audit-log/log-clock.ts'
import type { AuditVerdict } from '../../../shared/audit-log/log-walk.ts'
import type { Verdict } from './contract.ts'

const faultTexts: Readonly<Record<AuditFault, string>> = {
  'head-missing': 'The head of the log is gone, though there are entries or anchors.',
  'head-forged': 'The head of the log was not signed by the suite.',
  'anchor-forged': 'An anchor was not signed by the suite.',
  'rolled-back':
    'The log is not what an anchor says it was: it was put back to an earlier state, or its end was replaced.',
  'entry-missing': 'An entry is missing.',
  'entry-added': 'A row stands where no entry of the log is.',
  'entry-changed': 'The content of an entry was changed after it was written.',
  'entry-unlinked': 'An entry is not the one that the next one follows: it was replaced or reordered.',
  'start-forged': 'The oldest entry does not follow what was cut off when its time was over.',
  'segment-missing': 'The record of a repair is gone.',
}

export const shownVerdict = (verdict: AuditVerdict): z.input<typeof Verdict> => {
  const { intact, head, checked, next, breaks, clock } = verdict
  const [first] = breaks
  return {
    intact,
    checked,
    ...(head && { head }),
    ...(next && { next: `${next.seq}.${next.hash}` }),
    ...(first && { fault: first.fault, seq: first.seq }),
    breaks: breaks.map(shownBreak),
    explanation: [...breaks.map(sentenceOf), ...(intact ? [intactText(next)] : []), ...clockTexts(clock)].join(' '),
  }
}

export const shownBreak = ({ fault, seq, resume, repaired }: FoundBreak) => ({
  fault,
  seq,
  ...(resume && { goesOnAt: resume.seq }),
  ...(repaired && { repairedAt: repaired.at }),
})

const sentenceOf = ({ fault, seq, repaired }: FoundBreak): string =>
  `Entry ${seq}: ${faultTexts[fault]}${repaired ? ` A repair named it on ${repaired.at}.` : ''}`

const intactText = (next: AuditPosition | undefined): string =>
  next ? 'As far as it was verified, nothing was changed.' : 'Nothing was changed.'

const clockTexts = (clock: ClockNotes | undefined): readonly string[] => [
  ...(clock?.back
    ? [
        `Times go back at ${clock.back.count} entries (${clock.back.seqs.join(', ')}), by ${clock.back.secondsMax} s at most: the clock of an instance was ahead.`,
      ]
    : []),
  ...(clock?.aheadSeconds === undefined ? [] : [`The newest entry is ${clock.aheadSeconds} s ahead of now.`]),
]

/** @param text `<seq>.<hash>`, as the contract holds it to */
export const positionOf = (text: string): AuditPosition => {
  const dot = text.indexOf('.')
  return { seq: Number(text.slice(0, dot)), hash: text.slice(dot + 1) }
}
