// Text cut to the limits of other products.

/** At most `lengthMax` UTF-16 units, never cut within a character. */
export const shorten = (text: string, lengthMax: number): string => {
  if (text.length <= lengthMax) return text
  const cut = text.slice(0, lengthMax - 1)
  const last = cut.charCodeAt(cut.length - 1)
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`
}
