// The inline route constraints of ASP.NET Core (`{id:int:min(1)}`), which Azure Functions takes its routes' grammar from:
// https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints

/** Whether a decoded value is one that the constraint allows. */
export type RouteConstraint = (value: string) => boolean

const integerBetween = (lowest: bigint, highest: bigint): RouteConstraint => {
  return (value) => {
    const text = value.trim()
    if (!/^[+-]?\d+$/.test(text)) return false
    const number = BigInt(text.replace(/^\+/, ''))
    return number >= lowest && number <= highest
  }
}

const int64 = { lowest: -(2n ** 63n), highest: 2n ** 63n - 1n }

// .NET's NumberStyles.Number and NumberStyles.Float with thousands, invariant culture.
const decimalShape = /^\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)[+-]?\s*$/
const floatShape = /^\s*(?:[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|[+-]?infinity|[+-]?∞)\s*$/i
const guidShape =
  /^\s*(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\))\s*$/i

const isoDateTime =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:\s?(?:Z|[+-]\d{2}:\d{2}))?)?$/i
const usDateTime = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?)?$/i

const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day)
  return month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** The two date formats that URLs hold in practice; .NET's DateTime.TryParse takes more. */
const dateTime: RouteConstraint = (value) => {
  const [, isoYear, isoMonth, isoDay] = isoDateTime.exec(value) ?? []
  if (isoYear) return isDay(Number(isoYear), Number(isoMonth), Number(isoDay))
  const [, month, day, year] = usDateTime.exec(value) ?? []
  return year !== undefined && isDay(Number(year), Number(month), Number(day))
}

const fileName: RouteConstraint = (value) => /\.[^.]*[^.]/.test(value.slice(value.lastIndexOf('/') + 1))

const withoutArguments: Readonly<Record<string, RouteConstraint>> = {
  int: integerBetween(-(2n ** 31n), 2n ** 31n - 1n),
  long: integerBetween(int64.lowest, int64.highest),
  bool: (value) => /^\s*(?:true|false)\s*$/i.test(value),
  guid: (value) => guidShape.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  decimal: (value) => decimalShape.test(value),
  double: (value) => floatShape.test(value),
  float: (value) => floatShape.test(value),
  datetime: dateTime,
  required: (value) => value !== '',
  file: fileName,
  nonfile: (value) => !fileName(value),
}

type Numbers = readonly bigint[]
const lengthIs =
  (allowed: (length: bigint) => boolean): RouteConstraint =>
  (value) =>
    allowed(BigInt(value.length))

const withNumbers: Readonly<
  Record<string, { counts: readonly number[]; make: (numbers: Numbers) => RouteConstraint }>
> = {
  length: {
    counts: [1, 2],
    make: ([least = 0n, most = least]) => lengthIs((length) => length >= least && length <= most),
  },
  minlength: { counts: [1], make: ([least = 0n]) => lengthIs((length) => length >= least) },
  maxlength: { counts: [1], make: ([most = 0n]) => lengthIs((length) => length <= most) },
  min: { counts: [1], make: ([least = 0n]) => integerBetween(least, int64.highest) },
  max: { counts: [1], make: ([most = 0n]) => integerBetween(int64.lowest, most) },
  range: { counts: [2], make: ([least = 0n, most = 0n]) => integerBetween(least, most) },
}

/** Known names, for the error message. */
const names = [...Object.keys(withoutArguments), ...Object.keys(withNumbers), 'regex']

/**
 * @param text one constraint as it stands in the template: `int`, `length(2,5)`, `regex(^a+$)`
 * @throws an error for a constraint that ASP.NET Core does not know, or whose arguments do not fit
 */
export const parseConstraint = (text: string): RouteConstraint => {
  const [, name = '', argumentText] = /^([^(]*)(?:\((.*)\))?$/s.exec(text) ?? []
  const key = name.toLowerCase()
  const plain = withoutArguments[key]
  if (plain) {
    if (argumentText) throw new Error(`The route constraint "${text}" takes no arguments.`)
    return plain
  }
  if (key === 'regex') return regexConstraint(text, argumentText)
  const numeric = withNumbers[key]
  if (!numeric) throw new Error(`The route constraint "${text}" does not exist. Known are: ${names.join(', ')}.`)
  const given = (argumentText ?? '').split(',').map((argument) => argument.trim())
  if (!numeric.counts.includes(given.length) || !given.every((argument) => /^[+-]?\d+$/.test(argument)))
    throw new Error(`The route constraint "${text}" needs ${numeric.counts.join(' or ')} whole number(s).`)
  return numeric.make(given.map((argument) => BigInt(argument.replace(/^\+/, ''))))
}

const regexConstraint = (text: string, pattern: string | undefined): RouteConstraint => {
  if (!pattern) throw new Error(`The route constraint "${text}" needs a regular expression.`)
  try {
    const expression = new RegExp(pattern, 'i')
    return (value) => expression.test(value)
  } catch (error) {
    throw new Error(`The route constraint "${text}" is not a regular expression that can be used here.`, {
      cause: error,
    })
  }
}
