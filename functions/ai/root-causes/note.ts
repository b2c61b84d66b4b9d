// The internal note that a ticket gets: the report in plain text, what the products say in it as quotes, and what the facts are that it cites.
import { psaLimits } from '../../../shared/peers/psa/contract.ts'
import { draftEnding, draftOpening } from '../../../shared/text/own-draft.ts'
import { oneLine } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { unreadId } from '../features/psa/proposal-generate/contract.ts'
import type { Report, ToldFact } from './contract.ts'
import { reasons } from './question.ts'

/** The list of facts takes what the rest leaves: without the list of sources at its end nobody could tell the note from what people write. */
export const noteOf = ({
  timeline,
  hypotheses,
  openQuestions,
  facts,
  sources,
  label,
  model,
  writtenAt,
}: Report): string => {
  const written = plain(writtenAt)
  const statements = [
    draftOpening,
    label === undefined ? `Written by the model ${plain(model)} at ${written}.` : `${label} Written at ${written}.`,
    section(
      'Hypotheses',
      hypotheses.map(({ state, statement, evidence }) => `- ${state}: ${plain(statement)}${cited(evidence)}`),
      'None: the facts speak for no usual cause.',
    ),
    section(
      'Time line',
      timeline.map(({ at, text, evidence }) => `- ${plain(at)}: ${plain(text)}${cited(evidence)}`),
      'None: no fact has a time.',
    ),
    section(
      'Open questions',
      openQuestions.map(({ question, evidence }) => `- ${plain(question)}${cited(evidence)}`),
      'None.',
    ),
  ]
  const ending = section(draftEnding, sources.map(sourceLine), 'None.')
  const room = psaLimits.noteText - [...statements, ending].join(gap).length - gap.length
  return shorten([...statements, ...factSection(facts, room), ending].join(gap), psaLimits.noteText)
}

const gap = '\n\n'

const section = (title: string, lines: readonly string[], none: string): string =>
  `${title}:\n${lines.length === 0 ? none : lines.join('\n')}`

/** What could not be read is in the list of sources. */
const cited = (evidence: readonly string[]): string => {
  const facts = evidence.filter((id) => id !== unreadId)
  return facts.length === 0 ? '' : ` (${facts.map(plain).join(', ')})`
}

const othersLine = '- The others are in the report of the AI Platform.'

/** So much is said of each fact at most: less where there are many, and nothing but their labels before any is left out. */
const textLengths = [200, 80, 30, 0]

/** None when there is no room for even one record. */
const factSection = (facts: readonly ToldFact[], room: number): readonly string[] => {
  if (facts.length === 0) return []
  const lengthOf = (some: readonly string[]): number => section('Facts', some, '').length
  const whole = textLengths.map((most) => recordLines(facts, most)).find((lines) => lengthOf(lines) <= room)
  if (whole) return [section('Facts', whole, '')]
  const lines = recordLines(facts, 0)
  const fitting = lines.findLastIndex((_, index) => lengthOf([...lines.slice(0, index + 1), othersLine]) <= room)
  return fitting === -1 ? [] : [section('Facts', [...lines.slice(0, fitting + 1), othersLine], '')]
}

/** `- RMM device FS-02 (device-1): rmm-device-1.disk-1 is Disk “C: 21.4 GB of 480 GB are free”` */
const recordLines = (facts: readonly ToldFact[], textMax: number): readonly string[] => {
  const byRecord = Map.groupBy(facts, ({ product, kind, recordId }) => JSON.stringify([product, kind, recordId]))
  return [...byRecord.values()].flatMap((some) => {
    const [first] = some
    if (!first) return []
    const { recordName, recordId } = first
    const record = recordName.includes(recordId) ? recordName : `${recordName} (${recordId})`
    return [`- ${plain(record)}: ${some.map((fact) => factWords(fact, textMax)).join('; ')}`]
  })
}

const factWords = ({ id, label, text }: ToldFact, textMax: number): string => {
  const name = `${plain(id)} is ${plain(label)}`
  return text === undefined || textMax === 0 ? name : `${name} “${plain(shorten(text, textMax))}”`
}

const sourceLine = ({ name, id, outcome }: Report['sources'][number]): string =>
  outcome === 'read'
    ? `- ${name} ${plain(id)}: read`
    : `- could not be read: ${name} ${plain(id)} (${reasons[outcome]})`

const milliseconds = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.\d{1,9}(?=Z|[+-]\d{2}:\d{2})/g

/**
 * As a part of a line that is read as plain text, and that PSA may show as Markdown: an invisible mark keeps it from being a link, a picture, an
 * element or a mention, where a backslash would be read. Times without parts of a second.
 */
const plain = (text: string): string =>
  oneLine(text)
    .replace(milliseconds, '$1')
    .replace(/\](?=[[(:])/g, ']\u2060')
    .replace(/<(?=[\w/!?])/g, '<\u2060')
    .replace(/(?<![\w.])@(?=\w)/g, '@\u2060')
