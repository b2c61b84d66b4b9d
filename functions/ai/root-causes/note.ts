// The internal note that a ticket gets: the report in plain text, what the products say in it as quotes.
import { psaLimits } from '../../../shared/peers/psa/contract.ts'
import { draftEnding, draftOpening } from '../../../shared/text/own-draft.ts'
import { inline } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { unreadId } from '../features/psa/proposal-generate/contract.ts'
import type { Report } from './contract.ts'
import { reasons } from './question.ts'

export const noteOf = ({ timeline, hypotheses, openQuestions, sources, label, model, writtenAt }: Report): string =>
  shorten(
    [
      draftOpening,
      label === undefined
        ? `Written by the model ${inline(model)} at ${writtenAt}.`
        : `${label} Written at ${writtenAt}.`,
      section(
        'Hypotheses',
        hypotheses.map(({ state, statement, evidence }) => `- ${state}: ${inline(statement)}${cited(evidence)}`),
        'None: the facts speak for no usual cause.',
      ),
      section(
        'Time line',
        timeline.map(({ at, text, evidence }) => `- ${at}: ${inline(text)}${cited(evidence)}`),
        'None: no fact has a time.',
      ),
      section(
        'Open questions',
        openQuestions.map(({ question, evidence }) => `- ${inline(question)}${cited(evidence)}`),
        'None.',
      ),
      section(draftEnding, sources.map(sourceLine), 'None.'),
    ].join('\n\n'),
    psaLimits.noteText,
  )

const section = (title: string, lines: readonly string[], none: string): string =>
  `${title}:\n${lines.length === 0 ? none : lines.join('\n')}`

/** What could not be read is in the list of sources. */
const cited = (evidence: readonly string[]): string => {
  const facts = evidence.filter((id) => id !== unreadId)
  return facts.length === 0 ? '' : ` (${facts.map(inline).join(', ')})`
}

const sourceLine = ({ name, id, outcome }: Report['sources'][number]): string =>
  outcome === 'read'
    ? `- ${name} ${inline(id)}: read`
    : `- could not be read: ${name} ${inline(id)} (${reasons[outcome]})`
