// What a claim and the ticket have in common: a name, the title of a detection, a kind of trouble, or a word.
import { stemOf, wordsOf } from '../../../../../../shared/ai/offline/terms.ts'
import type { Claim } from './claim.ts'
import { type Quote, type Symptom, namesIn } from './symptom.ts'

export type Bond = {
  readonly quote: Quote
  readonly by: 'name' | 'title' | 'topic' | 'word' | 'common trouble'
  /** Facts beside the claim's own that have it. */
  readonly facts?: readonly string[]
}

/** Nobody writes KB5068861, or repeats the title of a detection, by chance. */
export const isSure = (bond: Bond | undefined): boolean => bond?.by === 'name' || bond?.by === 'title'

/** The strongest. @param title of the record */
export const bondOf = (claim: Claim, symptom: Symptom, title: string): Bond | undefined => {
  const { explains, explainsPartly = [] } = claim
  const sure = titleBond(claim, symptom) ?? nameBond(claim, symptom, title)
  if (sure) return sure
  for (const topic of explains) {
    const quote = symptom.topics.get(topic)
    if (quote) return { quote, by: 'topic' }
  }
  for (const topic of explainsPartly) {
    const quote = symptom.topics.get(topic)
    if (quote) return { quote, by: 'common trouble' }
  }
  return explains.length > 0 ? undefined : wordBond(claim, symptom, title)
}

/** A ticket that tells what was detected, in one sentence. A single word says too little. */
const titleBond = ({ detected }: Claim, { sentences }: Symptom): Bond | undefined => {
  const told = detected === undefined ? [] : wordsOf(detected).filter((word) => !everyday.has(word))
  if (told.length < 2) return undefined
  const found = sentences.find(({ stems }) => told.every((word) => stems.has(stemOf(word))))
  return found && { quote: found.quote, by: 'title' }
}

const nameBond = ({ fact, statement, details = [] }: Claim, symptom: Symptom, title: string): Bond | undefined => {
  // The title of a detection is no device, whose name says nothing.
  const own = fact.text === title ? '' : title.toLowerCase()
  const told = [
    { text: `${statement} ${fact.text}`, facts: [] },
    ...details.map(({ id, text }) => ({ text, facts: [id] })),
  ]
  for (const { text, facts } of told)
    for (const [name] of namesIn(text)) {
      const quote = own.includes(name) || symptom.hosts.has(name) ? undefined : symptom.names.get(name)
      if (quote) return { quote, by: 'name', facts }
    }
  return undefined
}

const wordBond = ({ fact }: Claim, symptom: Symptom, title: string): Bond | undefined => {
  const own = title.toLowerCase()
  const common = wordsOf(fact.text)
    .filter((word) => !own.includes(word) && !everyday.has(word) && !/\d/.test(word))
    .map((word) => symptom.words.get(stemOf(word)))
    .find((quote) => quote !== undefined && !symptom.hosts.has(quote.words.toLowerCase()))
  return common && { quote: common, by: 'word' }
}

/** In every second ticket and every second change. */
const everyday = new Set(
  `change changed changes new old user users client clients device server computer laptop pc system service office team work works working
  set switched moved added removed installed rolled out after before since today yesterday all everybody nobody time day hour problem issue error
  settings setting configuration config policy version from cannot anymore again help please morning afternoon`.split(
    /\s+/,
  ),
)
