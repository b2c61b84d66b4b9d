// What a prompt is put together from. An instruction is written in our source, so that no text from outside can stand where one goes:
// the type has no other maker than the template tag below.

class InstructionText {
  readonly kind = 'instruction'
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get text(): string {
    return this.#text
  }
}

/** What the model has to do, in our own words. */
export type Instruction = InstructionText

/** What was retrieved: it is shown to the model as material, never as something to be followed. */
export type Data = {
  readonly kind: 'data'
  /** What a citation names. */
  readonly sourceId: string
  readonly text: string
  /** What is longer is cut, and the cut is said. */
  readonly charactersMax: number
}

/** What the person wrote who asks. It may ask for anything, and is allowed no more than that person is. */
export type Question = { readonly kind: 'question'; readonly text: string; readonly charactersMax: number }

export type PromptPart = Instruction | Data | Question

/**
 * instruction`Summarise the ticket in at most ${5} sentences.`
 * @throws TypeError when it is called with anything but a template of the source
 */
export const instruction = (
  template: TemplateStringsArray,
  ...values: readonly (Instruction | number | boolean)[]
): Instruction => {
  if (!Array.isArray(template.raw) || !Object.isFrozen(template))
    throw new TypeError('An instruction is a template in the source. Pass text from outside as data.')
  const words = values.map((value) => {
    if (value instanceof InstructionText) return value.text
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw new TypeError('An instruction holds numbers and other instructions only. Pass text from outside as data.')
  })
  return new InstructionText(template.map((text, at) => text + (words[at] ?? '')).join(''))
}

/** Characters of one source, when the feature says nothing else. */
const dataCharactersMax = 20_000

/** @param sourceId 1 to 100 of `A-Z a-z 0-9 : / _ . # -`; every other character becomes `_` */
export const data = (sourceId: string, text: string, charactersMax = dataCharactersMax): Data => ({
  kind: 'data',
  sourceId: sourceId.replace(/[^A-Za-z0-9:/_.#-]/g, '_').slice(0, 100) || '_',
  text,
  charactersMax,
})

export const question = (text: string, charactersMax = 8_000): Question => ({ kind: 'question', text, charactersMax })
