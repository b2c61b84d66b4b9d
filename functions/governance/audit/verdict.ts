// The verdict on an audit log, as a person reads it.
import type * as z from 'zod'
import type { AuditFault, AuditPosition, AuditVerdict } from '../../../shared/audit-log/verification.ts'
import type { Verdict } from './contract.ts'

export const verdictTexts: Readonly<Record<AuditFault, string>> = {
  'head-missing': 'The head of the log is gone, though there are entries or anchors.',
  'head-forged': 'The head of the log was not signed by the suite.',
  'anchor-forged': 'An anchor was not signed by the suite.',
  'rolled-back':
    'The log is not what an anchor says it was: it was put back to an earlier state, or its end was replaced.',
  'entry-missing': 'An entry is missing.',
  'entry-added': 'An entry stands where none can be.',
  'entry-changed': 'The content of an entry was changed after it was written.',
  'entry-unlinked': 'An entry is not the one that the next one follows: it was replaced or reordered.',
  'start-forged': 'The oldest entry does not follow what was cut off when its time was over.',
}

export const shownVerdict = (verdict: AuditVerdict): z.input<typeof Verdict> => {
  if (!verdict.intact) {
    const { fault, checked, seq } = verdict
    return { intact: false, fault, checked, ...(seq !== undefined && { seq }), explanation: verdictTexts[fault] }
  }
  const { head, checked, next } = verdict
  return {
    intact: true,
    checked,
    ...(head && { head }),
    ...(next && { next: `${next.seq}.${next.hash}` }),
    explanation: next ? 'As far as it was verified, nothing was changed.' : 'Nothing was changed.',
  }
}

/** @param text `<seq>.<hash>`, as the contract holds it to */
export const positionOf = (text: string): AuditPosition => {
  const dot = text.indexOf('.')
  return { seq: Number(text.slice(0, dot)), hash: text.slice(dot + 1) }
}
