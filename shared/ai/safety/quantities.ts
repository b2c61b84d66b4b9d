// Numbers with their sign and what they count: 12.50 euros are no dollars, and no per cent.

export type Quantity = {
  /** With its currency or percent sign. */
  readonly written: string
  readonly index: number
  /** Without grouping and needless zeros, a decimal point: `-1204.5`. */
  readonly value: string
  /** `%`, a code of ISO 4217, or `$` for any dollar; empty: none is written beside it. */
  readonly unit: string
}

/** Codes that are words of English as well are none. */
const words = new Set('ALL AMD BAM CUP GEL LAK MAD MOP PEN SOS TOP TRY VES'.split(' '))
const codes = Intl.supportedValuesOf('currency').filter((code) => !words.has(code))
export const currencyCodes: ReadonlySet<string> = new Set(codes)
const names: Readonly<Record<string, string>> = {
  '€': 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  $: '$',
  dollar: '$',
  dollars: '$',
  '%': '%',
  percent: '%',
  'per cent': '%',
}
const currency = String.raw`(?:(?<!\w)(?:${codes.join('|')})|[€£¥$])`
const grouped = String.raw`\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)`
const plain = String.raw`\d+(?:[.,]\d+)*`
const shape = new RegExp(
  String.raw`(?<![^\s("'=:])(?<outer>-)(?=${currency} ?\d)|(?:(?<before>${currency}) ?)?(?<sign>(?<![^\s("'=:€£¥$])-)?#?(?<number>(?<![\w.])${grouped}|${plain})(?:(?<percent> ?(?:%|per ?cent\b))| ?(?<after>(?:${codes.join('|')})(?!\w)|[€£]|(?:euros?|dollars?)\b))?`,
  'g',
)

/** @param text in plain digits, without what is a figure of another kind (addresses, times) */
export const quantitiesIn = (text: string): readonly Quantity[] => {
  let isNegative = false
  return [...text.matchAll(shape)].flatMap(({ 0: written, index, groups = {} }) => {
    const { number, before, sign, percent, after } = groups
    if (number === undefined) {
      isNegative = true
      return []
    }
    const minus = sign !== undefined || isNegative ? '-' : ''
    isNegative = false
    const unit = percent?.trim() ?? before ?? after ?? ''
    return [{ written, index, value: minus + plainNumber(number), unit: names[unit] ?? unit }]
  })
}

/** `1,204` and `1 204` are 1204, `12,50` is 12.5. */
export const plainNumber = (number: string): string => {
  const groups = /^\d{1,3}(?:([,.' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/.exec(number)
  const ungrouped = groups?.[1] === undefined ? number : number.replaceAll(groups[1], '')
  const decimal = ungrouped.replace(',', '.')
  return /^\d+\.\d+$/.test(decimal) ? decimal.replace(/\.?0+$/, '') : decimal
}

const isDollar = (unit: string): boolean => /^(?:USD|AUD|CAD|NZD|SGD|HKD)$/.test(unit)

/** What a text with this quantity says. A number with a unit is that number as well; whatever is below zero may be told without its sign. */
export const toldBy = ({ value, unit }: Quantity): readonly string[] =>
  [value, value.replace('-', '')].flatMap((number) => [
    number,
    `${number} ${unit === '' ? '*' : unit}`,
    ...(isDollar(unit) ? [`${number} $`] : unit === '$' ? [`${number} $?`] : []),
  ])

/** Any of which a text must say that has this quantity: a number that stands there without a unit may have any. */
export const askedBy = ({ value, unit }: Quantity): readonly string[] =>
  unit === '' ? [value] : [`${value} *`, `${value} ${unit}`, ...(isDollar(unit) ? [`${value} $?`] : [])]
