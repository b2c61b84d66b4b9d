// What definitions say of integrations, over everything that is registered.
import { describe, expect, it } from 'vitest'
import { all } from '../../functions/apps/all.ts'
import { integrationFacts } from '../../shared/integrations.ts'
import { peers } from '../../shared/peers/peers.ts'

const { definitions } = all
const peerKeys = new Set(Object.values(peers).map(({ key }): string => key))
// Activities are named by their orchestration.
const calling = definitions.filter(
  (definition) => definition.kind !== 'activity' && (definition.needs ?? []).some((name) => peerKeys.has(name)),
)

describe('a definition that needs the key of a product', () => {
  it('is there in every kind', () => {
    expect(new Set(calling.map(({ kind }) => kind))).toEqual(new Set(['http', 'timer', 'subscriber', 'command']))
  })

  it.each(calling.map((definition) => [definition.name, definition] as const))(
    '%s names its integration and operation, of a product whose key it needs',
    (_name, definition) => {
      const { integration, operation, needs } = definition as {
        integration?: string
        operation?: string
        needs?: readonly string[]
      }
      expect(operation).toMatch(/\w/)
      const { peer } = integrationFacts(integration ?? '')
      if (definition.kind === 'subscriber' && !peer) return
      expect(needs).toContain(peer && peers[peer].key)
    },
  )
})

describe('a timer', () => {
  it('does work of its own, which the success of nothing else closes', () => {
    const works = definitions.flatMap((definition) => {
      const { integration, operation } = definition as { integration?: string; operation?: string }
      return operation === undefined ? [] : [{ kind: definition.kind, work: `${integration} ${operation}` }]
    })
    const ofTimers = works.filter(({ kind }) => kind === 'timer').map(({ work }) => work)
    expect(ofTimers.length).toBeGreaterThan(10)
    for (const work of ofTimers) expect(works.filter((each) => each.work === work)).toHaveLength(1)
  })
})
