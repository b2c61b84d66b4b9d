// How bad it would be if a claim were so: what nobody speaks of is told in this order.
import type { Claim } from './claim.ts'
import type { Topic } from './topics.ts'

/** From 0: what every second device has, to 6: an attack that goes on. */
export const gravityOf = ({ kind, explains, isCritical = false }: Claim): number => {
  if (kind === 'detection') return isCritical ? 6 : 5
  if (kind === 'hint' && explains.includes('update')) return 0
  return explains[0] === undefined ? ofChange : ofTopic[explains[0]]
}

const ofChange = 2
const ofTopic: Readonly<Record<Topic, number>> = {
  attack: 5,
  storage: 4,
  reach: 4,
  failure: 4,
  internet: 4,
  certificate: 3,
  licence: 3,
  slowness: 2,
  update: 1,
}
