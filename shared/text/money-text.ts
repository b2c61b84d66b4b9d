// An amount of money in words.

export type Money = { readonly amountMinor: number; readonly currency: string }

/** In the currency's own digits: `5,522.00 EUR`, `-12.50 EUR`. */
export const moneyText = ({ amountMinor, currency }: Money): string => {
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  const amount = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  // As a text, which is exact at any size.
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return `${amountMinor < 0 ? '-' : ''}${amount.format(whole as `${number}`)} ${currency}`
}
