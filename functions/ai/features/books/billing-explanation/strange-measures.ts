// Measures that no fact about an invoice has: another currency, a share, thousands of it, numbers in other words than ours.
import { currencyCodes, quantitiesIn } from '../../../../../shared/ai/safety/quantities.ts'

export const strangeMeasuresIn = (sentence: string, currency: string): readonly string[] => {
  const units = quantitiesIn(sentence).map(({ unit }) => unit)
  const named = (sentence.match(/(?<!\w)[A-Z]{3}(?!\w)/g) ?? []).filter((code) => currencyCodes.has(code))
  const foreign = [...units.filter((unit) => unit !== '%' && unit !== ''), ...named].filter(
    (unit) =>
      unit !== currency && !(unit === '$' && /D$|^MXN$/.test(currency)) && !(unit === 'JPY' && currency === 'CNY'),
  )
  return [
    ...[...new Set(foreign)].map((unit) => `has ${unit}, but the invoice is in ${currency}`),
    ...others
      .flatMap((shape) => shape.exec(sentence)?.[0] ?? [])
      .map((found) => `has “${found}”, which no source has. Write the figures as the sources have them`),
  ]
}

const others: readonly RegExp[] = [
  /[%‰]|\bper ?cent\b/i,
  /\b(?:hundreds|thousands|millions|billions|dozens)\b/i,
  // Roman: of three letters or more, and in their order.
  /(?<!\w)(?=[IVXLCDM]{3})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?!\w)/,
  // German, where invoices go as well.
  /(?<!\p{L})(?:\p{L}{3,6}und)?(?:zwanzig|drei(?:ß|ss)ig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)(?!\p{L})/iu,
]
