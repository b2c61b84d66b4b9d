// What a text says it is not about: "not a printer problem", "nicht der Drucker". What does not work ("does not print", "kein Internet") is no such
// thing: it is the matter itself.

const article = String.raw`(?: (?:an?|the|my|our|about|related to|caused by|due to|because of|de[rmns]|die|das|eine?[rmns]?|am|an|vom|von|wegen))`
const word = String.raw`(?: [\p{L}\p{N}-]+)`
const matter = String.raw`(?:problem|issue|fault|fehler|matter|thema)s?(?!\p{L})`
/** A few words, then the clause is over, or something else is said to be it. */
const few = String.raw`${word}{1,4}?(?=\s*(?:[^\p{L}\p{N}\s-]|$|\n| (?:but|and|sondern|und)\b))`

const denial = new RegExp(
  [
    String.raw`\b(?:not|nicht)${article}+${few}`,
    String.raw`\b(?:no|not|nicht|keine?)${article}*${word}{0,2}? \p{L}*${matter}(?: (?:with|of|mit)${article}?${few})?`,
    String.raw`\b(?:nothing to do with|nichts mit)${article}?${word}{1,3}?(?: zu tun\b|(?=\s*(?:[^\p{L}\p{N}\s-]|$)))`,
    String.raw`\b(?:the|der|die|das)${word}{1,2} (?:is|ist) (?:not|nicht)${article}? (?:${matter}|cause|ursache|schuld)`,
  ].join('|'),
  'giu',
)

/** @returns the text without it */
export const withoutDenied = (text: string): string => text.replaceAll(denial, ' ')
