// Reads JSON that somebody else wrote, where it must not mean two things to two readers (RFC 8259, section 4): a name that an object has
// twice is refused. Parsers differ in which of the two counts, so that one could check what another one uses.

export type JsonFault = 'not-json' | 'repeated-name' | 'too-deep'

export class JsonError extends Error {
  override readonly name = 'JsonError'
  readonly fault: JsonFault

  constructor(fault: JsonFault, message: string) {
    super(message)
    this.fault = fault
  }
}

/** Deeper than anything that is meant, and shallow enough for whatever walks through the value. */
const depthMax = 100

/**
 * What `JSON.parse` makes of it, in a time that grows with its length.
 * @throws JsonError for what is no JSON, a name that an object has twice (however it is escaped), and more than 100 levels. Its message
 * quotes nothing of the text: that may hold a secret
 */
export const parseStrictJson = (text: string): unknown => {
  const value = parse(text)
  refuseRepeatedNames(text)
  return value
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The parser's own message quotes the text, so it is not kept.
    throw new JsonError('not-json', 'It is not valid JSON.')
  }
}

/** @param text valid JSON: so a text that is followed by a colon is a name, and brackets match */
const refuseRepeatedNames = (text: string): void => {
  /** The names of each object that is open; none for a list. */
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at]
    if (unit === '"') {
      const end = endOfText(text, at)
      if (isName(text, end)) addName(open.at(-1), text.slice(at, end))
      at = end - 1
    } else if (unit === '{' || unit === '[') {
      if (open.push(unit === '{' ? new Set() : undefined) > depthMax)
        throw new JsonError('too-deep', `It has more than ${depthMax} levels.`)
    } else if (unit === '}' || unit === ']') open.pop()
  }
}

/** Where the text that begins at `start` is over: behind its closing quote. */
const endOfText = (json: string, start: number): number => {
  for (let quote = json.indexOf('"', start + 1); ; quote = json.indexOf('"', quote + 1)) {
    let before = quote - 1
    while (json[before] === '\\') before -= 1
    // An even number of backslashes escapes itself and not the quote.
    if ((quote - before) % 2 === 1) return quote + 1
  }
}

const isName = (json: string, end: number): boolean => {
  let at = end
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at += 1
  return json[at] === ':'
}

const addName = (names: Set<string> | undefined, quoted: string): void => {
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  if (names?.has(name)) throw new JsonError('repeated-name', 'An object in it has the same name twice.')
  names?.add(name)
}
