// Investigations made from a seed: an attack that enters somewhere, moves from device to device and ends, told by events in no order.
import { type Random, randomOf } from '../random.ts'
import { type AttackEvent, type Step, devices, ends, entries, middles, users } from './steps.ts'

export type Investigation = {
  readonly input: {
    readonly investigation: { readonly id: string; readonly title: string }
    readonly events: readonly AttackEvent[]
  }
  /** In the order of time. */
  readonly ordered: readonly AttackEvent[]
}

export const investigations = (count = 100): readonly Investigation[] =>
  Array.from({ length: count }, (_, index) => investigation(index))

const investigation = (index: number): Investigation => {
  const random = randomOf(index + 4_001)
  const route = routeOf(random)
  const steps = route.flatMap((device, place) => stepsOn(random, device, { place, before: route[place - 1], route }))
  let at = Date.parse('2026-11-27T06:00:00Z') + random.between(0, 40_000) * 1_000
  const ordered = steps.map((step, place) => {
    at += random.between(3, 900) * 1_000
    return { ...step, id: `e${index}-${place + 1}`, at: stamp(random, at) }
  })
  return {
    input: {
      investigation: { id: `inv-${index}`, title: `${ordered[0]?.kind ?? 'event'} on ${route[0] ?? 'a device'}` },
      events: ordered.toSorted((one, other) => (one.id < other.id ? 1 : -1)),
    },
    ordered,
  }
}

const routeOf = (random: Random): readonly string[] => {
  const left = [...devices]
  return Array.from({ length: random.between(1, 4) }, () => left.splice(random.between(0, left.length - 1), 1)[0] ?? '')
}

/** Some sources write the milliseconds, some do not. */
const stamp = (random: Random, at: number): string => {
  const iso = new Date(at).toISOString()
  return random.chance(0.5) ? iso.replace('.000Z', 'Z') : iso
}

type Place = { readonly place: number; readonly before: string | undefined; readonly route: readonly string[] }

const stepsOn = (
  random: Random,
  device: string,
  { place, before, route }: Place,
): readonly Omit<AttackEvent, 'id' | 'at'>[] => {
  const user = random.pick(users)
  const on = (step: Step) => ({ ...step, device, ...(step.kind !== 'detection' && random.chance(0.8) && { user }) })
  const entry =
    before === undefined
      ? on(random.pick(entries))
      : {
          kind: 'logon' as const,
          device,
          user,
          fromDevice: before,
          technique: { id: 'T1021.001', name: 'Remote Desktop Protocol' },
        }
  const between = Array.from({ length: random.between(1, 4) }, () => on(random.pick(middles)))
  return [entry, ...between, ...(place === route.length - 1 ? [on(random.pick(ends))] : [])]
}
