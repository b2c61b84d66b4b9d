// What a claim and the ticket have in common: a name, the title of a detection, a kind of trouble, or a word.
import { stemOf, wordsOf } from '../../../../../../shared/ai/offline/terms.ts'
import type { Claim } from './claim.ts'
import type { Topic } from './topics.ts'
import { type Quote, type Symptom, namesIn } from './symptom.ts'

export type Bond = {
  readonly quote: Quote
  readonly by: 'name' | 'title' | 'topic' | 'word' | 'common trouble'
  /** The kind of trouble, if it is one. */
  readonly topic?: Topic
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
    if (quote) return { quote, by: 'topic', topic }
  }
  for (const topic of explainsPartly) {
    const quote = symptom.topics.get(topic)
    if (quote) return { quote, by: 'common trouble', topic }
  }
  return explains.length > 0 ? undefined : wordBond(claim, symptom, title)
}

/** A ticket that tells what was detected, in one sentence. A single word says too little. */
const titleBond = (claim: Claim, symptom: Symptom): Bond | undefined => {
  const quote = sentencesTelling(claim, symptom).find((one) => !isUnseen(one, claim))
  return quote && { quote, by: 'title' }
}

const sentencesTelling = ({ detected }: Claim, { sentences }: Symptom): readonly Quote[] => {
  const told = detected === undefined ? [] : wordsOf(detected).filter((word) => !everyday.has(word))
  if (told.length < 2) return []
  return sentences.filter(({ stems }) => told.every((word) => stems.has(stemOf(word)))).map(({ quote }) => quote)
}

/** "No mass encryption of files was found." */
const isUnseen = ({ words }: Quote, { detected = '' }: Claim): boolean =>
  unseen.test(words.slice(0, Math.max(0, words.toLowerCase().indexOf(wordsOf(detected)[0] ?? ''))))
const unseen =
  /(?:\b(?:no|not|without|never|kein\w{0,2}|nicht|ohne)|n['’]t)(?: (?:see|signs?|evidence|traces?|of|für|an|any|the))* $/i

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

/** What the ticket says is not so, of the very state of a fact. Another word of the same kind of trouble does not take that back. */
export const denialOf = (
  claim: Claim,
  symptom: Symptom,
  { bond, title, about }: { bond: Bond | undefined; title: string; about: string | undefined },
): Quote | undefined => {
  const { fact, kind, explains, part, isShared = false } = claim
  if (kind === 'hint' || kind === 'absence' || isSure(bond)) return undefined
  if (kind === 'detection') {
    const told = sentencesTelling(claim, symptom)[0]
    if (told || bond) return told
  }
  const own = new Set([title, title.split('.')[0] ?? '', about ?? ''].map((name) => name.toLowerCase()))
  const said = new Set(
    wordsOf(fact.text)
      .filter((word) => !everyday.has(word) || changeable.test(word))
      .map(stemOf),
  )
  return symptom.denials.find(
    ({ denied, hosts, drive, stems }) =>
      (hosts.size === 0 || [...hosts].some((host) => own.has(host))) &&
      (drive === undefined || part === undefined || drive === part) &&
      (denied === 'change'
        ? explains.length === 0 && [...stems].some((stem) => said.has(stem))
        : explains.includes(denied) &&
          (denied === explains[0] || isShared || bond?.topic === undefined || bond.topic === denied)),
  )?.quote
}

/** Everyday words, but those of what was changed or was not. */
const changeable = /^(?:polic\w+|settings?|config\w*)$/

/** In every second ticket and every second change. */
const everyday = new Set(
  `change changed changes new old user users client clients device server computer laptop pc system service office team work works working
  set switched moved added removed installed rolled out after before since today yesterday all everybody nobody time day hour problem issue error
  settings setting configuration config policy version from cannot anymore again help please morning afternoon`.split(
    /\s+/,
  ),
)
