// Digits as everybody writes them: a reader takes `９`, `٩` and `𝟵` for a nine, and so must whoever looks for figures.

/** In NFKC, digits of every script as 0 to 9, the minus sign as a hyphen. */
export const withPlainDigits = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  /^[\u0000-\u007f]*$/.test(text)
    ? text
    : text
        .normalize('NFKC')
        .replace(/\p{Nd}/gu, (digit) => (digit >= '0' && digit <= '9' ? digit : String(valueOf(digit))))
        .replaceAll('\u2212', '-')

/** The ten digits of a script are one after the other. */
const valueOf = (digit: string): number => {
  const code = digit.codePointAt(0) ?? 0
  let before = 0
  while (before < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before += 1
  return before
}
