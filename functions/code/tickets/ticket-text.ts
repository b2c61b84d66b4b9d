// Puts the texts of findings into a ticket and, where that has no room for them, into notes on it.
import { psaLimits } from '../../../shared/peers/psa/contract.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Finding } from './finding.ts'
import { descriptionOf, essentialsOf } from './finding-text.ts'

/** What a ticket of 50 findings needs, and little enough for one row. */
const notesMax = 10
const gap = '\n\n'
const noteHead = 'From The One Code, continued from the description of the ticket:'
/** Kept free for the lines that say what is elsewhere. */
const tailLength = 300

type TicketText = { readonly description: string; readonly notes: readonly string[] }

/**
 * Every finding with its steps first, then as much of the descriptions as there is room for, each its share. What has no room goes into
 * notes whole.
 * @param findings the most severe first
 */
export const ticketTextOf = (findings: readonly Finding[], head: string): TicketText => {
  const essentials = findings.map((finding, index) => essentialsOf(finding, headingOf(index, findings.length)))
  let room = psaLimits.description - head.length - gap.length - tailLength
  const inTicket: number[] = []
  for (const [index, text] of essentials.entries()) {
    if (text.length + gap.length > room) break
    room -= text.length + gap.length
    inTicket.push(index)
  }
  const sections = inTicket.map((index, position) => {
    const share = Math.floor(room / (inTicket.length - position)) - gap.length
    const finding = findings[index]
    const told = finding && descriptionOf(finding, share)
    if (told !== undefined) room -= told.length + gap.length
    return [essentials[index], ...(told === undefined ? [] : [told])].join(gap)
  })
  const whole = (index: number): boolean =>
    findings[index] !== undefined && (sections[index]?.endsWith(wholeOf(findings[index])) ?? false)
  const elsewhere = findings.flatMap((finding, index) =>
    whole(index) ? [] : [noteSectionOf(finding, index, findings.length, index >= inTicket.length)],
  )
  const { notes, left } = packed(elsewhere)
  return { description: [head, ...sections, ...tailOf(elsewhere.length - left, left)].join(gap), notes }
}

const headingOf = (index: number, count: number): string =>
  count === 1 ? 'Finding:' : `Finding ${index + 1} of ${count}:`

const wholeOf = (finding: Finding): string => descriptionOf(finding, Number.POSITIVE_INFINITY) ?? ''

const noteRoom = psaLimits.noteText - noteHead.length - gap.length

/** @param isNew the ticket has nothing of it yet */
const noteSectionOf = (finding: Finding, index: number, count: number, isNew: boolean): string => {
  const head = isNew ? essentialsOf(finding, headingOf(index, count)) : `${headingOf(index, count)} ${finding.url}`
  const fitting = shorten(head, noteRoom)
  const told = descriptionOf(finding, noteRoom - fitting.length - gap.length)
  return [fitting, ...(told === undefined ? [] : [told])].join(gap)
}

const packed = (sections: readonly string[]): { readonly notes: readonly string[]; readonly left: number } => {
  const notes: string[] = []
  for (const [index, section] of sections.entries()) {
    const last = notes.at(-1)
    if (last !== undefined && last.length + gap.length + section.length <= psaLimits.noteText)
      notes[notes.length - 1] = last + gap + section
    else if (notes.length < notesMax) notes.push(noteHead + gap + section)
    else return { notes, left: sections.length - index }
  }
  return { notes, left: 0 }
}

const tailOf = (noted: number, left: number): readonly string[] => [
  ...(noted === 0 ? [] : [`More about ${countOf(noted)} is in the notes.`]),
  ...(left === 0 ? [] : [`More about ${countOf(left)} is available only in The One Code.`]),
]

const countOf = (count: number): string => (count === 1 ? '1 finding' : `${count} findings`)
