// Cuts an answer that is still arriving into pieces that can be judged one by one. Where it cuts depends on the text alone and not on the
// parts in which it arrives, so that a streamed answer reads as a whole one does.

export type Piece =
  /** Words of a line, together with every bracket, tag or code span that they open. */
  | { readonly kind: 'words'; readonly text: string }
  /** A blank, a tab, or the end of a line. */
  | { readonly kind: 'blank'; readonly text: string }
  /** A line that opens a code block, or closes it. */
  | { readonly kind: 'fence'; readonly fence: string; readonly language: string }
  /** A word of a code block. */
  | { readonly kind: 'code'; readonly text: string }
  /** A word longer than any that a person writes. It is not kept. */
  | { readonly kind: 'overlong' }

/** Characters that are held back at most until what they open is closed; and the longest word. */
export const heldMax = 2_048

const isBlank = (unit: string): boolean => unit === ' ' || unit === '\t' || unit === '\n'

/** Marks of data have private characters for blanks: a model that quotes them is read as if it had not. */
const isMarker = (unit: string): boolean => unit >= '\ue000' && unit <= '\uf8ff'

export class PieceCutter {
  #pieces: Piece[] = []
  /** The line so far, where it may be the fence of a code block. */
  #line: string | undefined = ''
  #fence = ''
  #piece = ''
  #wordLength = 0
  #isOverlong = false
  readonly #open = new OpenConstructs()
  #last = ''

  push(text: string): readonly Piece[] {
    // By UTF-16 units: a part may end in the middle of a character.
    for (let at = 0; at < text.length; at += 1) this.#read(text.charAt(at))
    return this.#taken()
  }

  /** Nothing follows. A code block that is open is closed. */
  end(): readonly Piece[] {
    this.#endLine()
    if (this.#fence !== '') {
      if (this.#last !== '\n') this.#add({ kind: 'blank', text: '\n' })
      this.#add({ kind: 'fence', fence: this.#fence, language: '' })
    }
    return this.#taken()
  }

  #taken(): readonly Piece[] {
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #add(piece: Piece): void {
    this.#pieces.push(piece)
    this.#last = piece.kind === 'blank' ? piece.text : ''
  }

  #wasReturn = false
  #wasMarker = false

  /** Line ends become LF, markers become blanks. */
  #read(unit: string): void {
    const followsReturn = this.#wasReturn
    const followsMarker = this.#wasMarker
    this.#wasReturn = unit === '\r'
    this.#wasMarker = isMarker(unit)
    if (unit === '\n' && followsReturn) return
    if (this.#wasMarker && followsMarker) return
    this.#step(/[\r\u0085\u2028\u2029]/.test(unit) ? '\n' : this.#wasMarker ? ' ' : unit)
  }

  #step(unit: string): void {
    if (this.#line === undefined) {
      this.#word(unit)
    } else if (unit === '\n') {
      this.#endLine()
      this.#add({ kind: 'blank', text: '\n' })
      this.#line = ''
    } else {
      this.#line += unit
      if (!/^[ \t]{0,20}(?:[`~]|$)/.test(this.#line) || this.#line.length > heldMax) this.#openLine()
    }
  }

  /** The line is none of a fence. */
  #openLine(): void {
    const line = this.#line ?? ''
    this.#line = undefined
    for (let at = 0; at < line.length; at += 1) this.#word(line.charAt(at))
  }

  #endLine(): void {
    const line = this.#line
    if (line === undefined) {
      this.#endPiece()
      return
    }
    const fence = this.#fence === '' ? opening.exec(line) : closing.exec(line)
    const [, marks = '', info = ''] = fence ?? []
    if (marks !== '' && this.#fence === '') {
      this.#fence = marks
      this.#add({ kind: 'fence', fence: marks, language: /^[\w+#.-]{0,30}/.exec(info.trim())?.[0] ?? '' })
    } else if (marks !== '' && marks.startsWith(this.#fence)) {
      this.#add({ kind: 'fence', fence: this.#fence, language: '' })
      this.#fence = ''
    } else {
      this.#openLine()
      this.#endPiece()
    }
    this.#line = ''
  }

  #word(unit: string): void {
    if (!isBlank(unit)) {
      this.#wordLength += 1
      if (this.#wordLength > heldMax) this.#dropWord()
      if (this.#isOverlong) return
      this.#piece += unit
      if (this.#fence === '') this.#open.see(unit)
      return
    }
    const isHeld = unit !== '\n' && this.#open.isOpenAtBlank() && this.#piece.length < heldMax && !this.#isOverlong
    this.#wordLength = 0
    if (isHeld) {
      this.#piece += unit
      this.#open.see(unit)
      return
    }
    this.#endPiece()
    this.#add({ kind: 'blank', text: unit })
    if (unit === '\n') this.#line = ''
  }

  #dropWord(): void {
    if (this.#isOverlong) return
    this.#isOverlong = true
    this.#piece = this.#piece.slice(0, Math.max(0, this.#piece.length - heldMax))
  }

  #endPiece(): void {
    if (this.#piece !== '') this.#add({ kind: this.#fence === '' ? 'words' : 'code', text: this.#piece })
    if (this.#isOverlong) this.#add({ kind: 'overlong' })
    this.#piece = ''
    this.#wordLength = 0
    this.#isOverlong = false
    this.#open.clear()
  }
}

const opening = /^[ \t]{0,20}(`{3,20}(?=[^`]*$)|~{3,20}(?!~))(.*)$/
/** Wherever it stands, so that no program that shows the block sees its end before we do. */
const closing = /^[ \t]*(`{3,}|~{3,})[ \t]*$/

/** Brackets, tags and code spans that the words so far have opened. */
class OpenConstructs {
  #square = 0
  #round = 0
  #isTag = false
  #ticks = 0
  #run = 0
  #before = ''

  isOpenAtBlank(): boolean {
    this.#endRun()
    return this.#square > 0 || this.#round > 0 || this.#isTag || this.#ticks !== 0
  }

  clear(): void {
    this.#square = 0
    this.#round = 0
    this.#isTag = false
    this.#ticks = 0
    this.#run = 0
    this.#before = ''
  }

  see(unit: string): void {
    const before = this.#before
    this.#before = unit
    if (unit === '`') {
      this.#run += 1
      return
    }
    this.#endRun()
    if (this.#ticks !== 0) return
    if (this.#isTag) this.#isTag = unit !== '>'
    else if (before === '<' && /[A-Za-z/!?]/.test(unit)) this.#isTag = true
    else this.#seeBracket(unit, before)
  }

  #endRun(): void {
    if (this.#run === 0) return
    if (this.#ticks === 0) this.#ticks = this.#run
    else if (this.#ticks === this.#run) this.#ticks = 0
    this.#run = 0
  }

  #seeBracket(unit: string, before: string): void {
    if (unit === '[') this.#square += 1
    else if (unit === ']') this.#square = Math.max(0, this.#square - 1)
    else if (unit === '(' && (this.#round > 0 || before === ']')) this.#round += 1
    else if (unit === ')') this.#round = Math.max(0, this.#round - 1)
  }
}
