// Figures that stand in each other's place: what was before told as what is now, and more told as less. Only what the words say plainly is
// refused: a sentence may put them in any order.
import { type Quantity, quantitiesIn } from '../../../../../shared/ai/safety/quantities.ts'
import type { BillingFact } from './facts.ts'
import { type Money, moneyOf } from './money.ts'
import { monthBefore, monthNow } from './readable-sentence.ts'

type Role = 'before' | 'now' | 'more' | 'less' | 'other'

export const reversalsIn = (sentence: string, cited: readonly BillingFact[]): readonly string[] => {
  const roles = rolesOf(cited)
  const figures = quantitiesIn(sentence)
  return figures.flatMap((figure, index) => {
    const [role, ...more] = roles.get(keyOf(figure)) ?? []
    if (role === undefined || more.length > 0) return []
    const around = surroundings(sentence, figures, index)
    if (role === 'before' || role === 'now') {
      const claimed = timesSaid(around)
      return claimed.length === 1 && claimed[0] !== role
        ? [
            `tells ${figure.written} as what ${claimed[0] === 'now' ? 'is now' : 'was before'}. It is the other way round`,
          ]
        : []
    }
    const said = directionsSaid(around)
    return (role === 'more' || role === 'less') && said.length === 1 && said[0] !== role
      ? [`tells ${figure.written} as ${said[0]}. It is ${role}`]
      : []
  })
}

const rolesOf = (cited: readonly BillingFact[]): ReadonlyMap<string, ReadonlySet<Role>> => {
  const roles = new Map<string, Set<Role>>()
  const add = (value: Money, role: Role) => {
    const key = String(value < 0n ? -value : value)
    roles.set(key, (roles.get(key) ?? new Set<Role>()).add(role))
  }
  for (const { figures, changes } of cited) {
    for (const { before, now } of changes) {
      add(before, 'before')
      add(now, 'now')
      add(now - before, now > before ? 'more' : 'less')
    }
    if (changes.length === 0) for (const figure of figures) add(figure, 'other')
  }
  return roles
}

const keyOf = ({ value }: Quantity): string =>
  /^-?\d{1,15}(?:\.\d{1,4})?$/.test(value) ? String(moneyOf(value.replace('-', ''))) : ''

type Surroundings = { readonly lead: string; readonly trail: string }

/** What stands beside the figure, up to the figures beside it and to the ends of its clause. */
const surroundings = (sentence: string, figures: readonly Quantity[], index: number): Surroundings => {
  const [last, figure, next] = [figures[index - 1], figures[index], figures[index + 1]]
  const from = last ? last.index + last.written.length : 0
  const start = figure?.index ?? 0
  const end = start + (figure?.written.length ?? 0)
  return {
    lead:
      sentence
        .slice(from, start)
        .split(/[.;:!?](?=\s)/)
        .at(-1) ?? '',
    trail: sentence.slice(end, next?.index ?? sentence.length).split(/[.;:!?,)]/)[0] ?? '',
  }
}

const filler = String.raw`(?:[\s('’–-]|s\b|\b(?:it|they|that|was|were|is|are|cost|costs|came|to|stood|of|each)\b)*$`
const saidBefore = new RegExp(
  String.raw`(?:${monthBefore}|\b(?:previously|last month|before(?! (?:tax|vat)))\b)${filler}|\b(?:from|instead of|rather than)\s*$`,
  'i',
)
const saidNow = new RegExp(
  String.raw`(?:${monthNow}|\b(?:now|currently|this month)\b)${filler}|\b(?:is|are|became)\s*$`,
  'i',
)
const trailingBefore = new RegExp(
  String.raw`^ (?:(?:in|for) )?(?:${monthBefore}|last month\b|before\b(?! (?:tax|vat))|previously\b)`,
  'i',
)
const trailingNow = new RegExp(String.raw`^ (?:(?:in|for) )?(?:${monthNow}|this month\b|now\b)`, 'i')

const timesSaid = ({ lead, trail }: Surroundings): readonly Role[] => {
  if (/\b(?:no|not|never)\b|n['’]t\b/i.test(lead)) return []
  return [
    ...(saidBefore.test(lead) || trailingBefore.test(trail) ? (['before'] as const) : []),
    ...(saidNow.test(lead) || trailingNow.test(trail) ? (['now'] as const) : []),
  ]
}

const moreWords = /\b(?:more|higher|rises?|rose|risen|increased?s?|grew|grown|additional|extra|dearer|up)\b/i
const lessWords =
  /\b(?:less|lower|fell|falls?|fallen|decreased?s?|dropped|drops?|reduced|reduction|cheaper|fewer|sav\w+|down)\b/i

const directionsSaid = ({ lead, trail }: Surroundings): readonly Role[] => [
  ...(moreWords.test(lead) || moreWords.test(trail) ? (['more'] as const) : []),
  ...(lessWords.test(lead) || lessWords.test(trail) ? (['less'] as const) : []),
]
