// What features answer by rule about texts that hold a secret, wherever in their input it stands.
import { expect, it } from 'vitest'
import { features } from '../../../../functions/ai/features/features.ts'
import { schemaOf } from '../../../../shared/triggers/schema-source.ts'
import { attacked, positionsOf, textsIn } from '../hostile/attacks.ts'

const token = 'ghp_0123456789abcdefABCDEF0123456789abcd'
const alone = 'q7Xv2LmP9tRz4KdW8sYb'
const said = `The VPN token=${token} and password: Sommer2026! are needed by Friday.`

const byRules = features.filter(({ fallback }) => fallback !== undefined)

it.each(byRules.map((feature) => [feature.name, feature] as const))('no secret of %s is quoted', async (_, feature) => {
  const [rules, schema, positions] = await Promise.all([
    feature.fallback?.(),
    schemaOf(feature.input),
    positionsOf(feature),
  ])
  expect(positions.length).toBeGreaterThan(0)
  for (const position of positions) {
    for (const text of [said, alone]) {
      if (!position.isAllowed(text)) continue
      const answer = textsIn(rules?.(schema.parse(attacked(position, text)) as never)).join('\n')
      for (const secret of [token, 'Sommer2026!', alone]) expect(answer, position.path.join('.')).not.toContain(secret)
    }
  }
})

it('an id that is drawn by lot is the evidence, as it was given', async () => {
  const recap = features.find(({ name }) => name === 'call-recap')
  if (!recap) throw new Error('There is no recap of calls.')
  const [position] = await positionsOf(recap)
  if (!position) throw new Error('The recap of calls takes no text.')
  const segments = [{ id: alone, at: 5, speaker: 'Dana', text: 'I will replace the disk of the server by Friday.' }]
  const given = { ...(attacked(position, 'Disk') as object), segments }
  const input = (await schemaOf(recap.input)).parse(given)
  const answer = (await recap.fallback?.())?.(input as never)
  expect(answer).toMatchObject({ actionItems: [{ evidence: [alone] }] })
})
