// What the rules of a feature are given to read: the input as the prompt has it, with no secret in it. So none can be quoted, whatever a rule does.
import { redactSecrets } from '../text/secret-redaction.ts'

/** Ids may be drawn by lot, and an answer has to name them as they are: there goes what shows by its shape. */
const idMember = /(?:^id|Ids?|^path|^evidence)$/

/** A copy of what is JSON, with the secrets of its strings taken out. */
export const ruleInput = <Input>(input: Input): Input => withoutSecrets(input, 'text') as Input

const withoutSecrets = (value: unknown, kind: 'text' | 'name'): unknown => {
  if (typeof value === 'string') return redactSecrets(value, kind)
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, kind))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(
    ([name, member]) => [name, withoutSecrets(member, idMember.test(name) ? 'name' : 'text')] as const,
  )
  return Object.fromEntries(members)
}
