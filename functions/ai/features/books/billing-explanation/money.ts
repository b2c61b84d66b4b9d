// Sums of money without rounding: decimal numbers as integers of a ten-thousandth.

export type Money = bigint

const decimals = 4
const one = 10n ** BigInt(decimals)

/** @param text a decimal number with at most 4 decimals, as the contract takes it */
export const moneyOf = (text: string): Money => {
  const [, sign, whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  const value = BigInt(whole) * one + BigInt(part.padEnd(decimals, '0'))
  return sign === '-' ? -value : value
}

/** Rounded to cents, half away from zero, as invoices are. */
export const product = (quantity: Money, price: Money): Money => roundedTo(quantity * price, one * 100n) * 100n

const roundedTo = (value: bigint, unit: bigint): bigint => {
  const half = unit / 2n
  return value < 0n ? -((-value + half) / unit) : (value + half) / unit
}

/** With at least `least` decimals, and no more than it needs: `12.50`, `0.0035`, `3`. */
export const shown = (value: Money, least = 2): string => {
  const absolute = value < 0n ? -value : value
  const part = String(absolute % one)
    .padStart(decimals, '0')
    .replace(/0+$/, '')
    .padEnd(least, '0')
  return `${value < 0n ? '-' : ''}${absolute / one}${part === '' ? '' : `.${part}`}`
}
