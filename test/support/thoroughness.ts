// How much the tests try that multiply: `npm test` what differs (moments of a crash that leave different things behind, functions of different
// shapes), `npm run test:long` every single one.
import type { Side } from './holding-proxy.ts'

/** Set by `vitest --mode long`. */
export const isLong = process.env['MODE'] === 'long'

/** A request of the work, counted from 1, and on which side of it the work is killed. */
export type Moment = { readonly step: number; readonly side: Side }

const sides: readonly Side[] = ['before', 'after']

/**
 * The moments at which work that sends these requests is worth killing: after each write, which is what the next one finds, and before
 * the first. Every other moment leaves the same behind as one of these; a long run tries them all.
 * @param steps as the proxy shows them, such as `POST /v1/tickets`
 * @param first step before which nothing is of interest
 * @param all every moment, whatever it leaves behind
 */
export const momentsOf = (steps: readonly string[], first = 1, all = isLong): readonly Moment[] => {
  const every = steps.flatMap((request, index) => sides.map((side) => ({ request, step: index + 1, side })))
  const own = every.filter(({ step }) => step >= first)
  if (all) return own
  const writes = own.filter(({ request }) => !/^(?:GET|HEAD) /.test(request))
  return writes.filter(({ side, step }) => side === 'after' || step === writes[0]?.step)
}

/**
 * Some of the moments, spread evenly from the first to the last: for work whose every step is tried without a process to kill elsewhere.
 * All of them in a long run.
 */
export const someOf = <Item>(items: readonly Item[], most: number, all = isLong): readonly Item[] => {
  if (all || items.length <= most) return items
  const places = Array.from({ length: most }, (_, index) =>
    Math.round((index * (items.length - 1)) / Math.max(most - 1, 1)),
  )
  return places.map((place) => items[place] as Item)
}

/**
 * The first of each kind: for what one mechanism does for all of a kind. All of them in a long run.
 * @param kindOf what the mechanism can tell apart
 */
export const oneOfEach = <Item>(
  items: readonly Item[],
  kindOf: (item: Item) => string,
  all = isLong,
): readonly Item[] => {
  const kinds = items.map(kindOf)
  return items.filter((_, index) => all || kinds.indexOf(kinds[index] as string) === index)
}
