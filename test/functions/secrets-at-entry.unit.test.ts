// Walks every text that comes in: of each HTTP function, as it is registered, and of each event that is read. A secret of any kind is
// refused there or taken out, and not repeated. A field that is added later is walked as well.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { all } from '../../functions/apps/all.ts'
import { catalogue } from '../../shared/bus/catalogue.ts'
import { redactedDraft } from '../../shared/text/redacted-draft.ts'
import { schemaOf } from '../../shared/triggers/schema-source.ts'
import { bareKeys, secretSamples } from '../support/secret-samples.ts'
import { detection } from '../support/detections.ts'

const named = Object.entries(secretSamples())
const bare = Object.entries(bareKeys())

/** No text that anybody writes, and it is neither kept nor shown. */
const notKept: readonly RegExp[] = [
  // Sign-in is there to take a token. It is checked and forgotten.
  /^\w+-open-session body\.token$/,
  /^\S+ body\.(?:token|returnTo|nonce|state)$/,
  // Where a list goes on, as this suite said.
  /^\S+ query\.cursor$/,
  // It is compared with ours, and not kept.
  /^\S+ body\.revision$/,
  // What a model is asked is kept nowhere; a secret is taken out before it leaves (`shared/ai/safety`), and of the messages of the compatible door.
  /^ai-ask-\S+ body\.input\./,
  /^ai-create-chat-completion body\.(?:model|messages|stop|response_format)\b/,
  // Ids of this suite are looked up: of one that there is not nothing remains.
  /^\S+ (?:params|query)\.(?:projectId|studyId|enrichmentId|requestId|rotationId|syncId|causeId|incidentId|messageId)$/,
  /^ai-(?:read-usage|export-usage-\w+) query\.(?:userId|feature|model)$/,
  /^ai-read-model params\.model$/,
]

type Leaf = { readonly path: string; readonly schema: z.ZodType }

/** Every text in a schema, with whatever checks and changes it. */
const leavesOf = (schema: z.ZodType, path: string): readonly Leaf[] => {
  const of = (inner: unknown, at = path): readonly Leaf[] => leavesOf(inner as z.ZodType, at)
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, member]) => of(member, `${path}.${name}`))
  if (schema instanceof z.ZodArray) return of(schema.element, `${path}.0`)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => of(option))
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodLazy)
    return of(schema.unwrap())
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodCatch) return of(schema.unwrap())
  if (schema instanceof z.ZodPipe) return of(schema.in instanceof z.ZodTransform ? schema.out : schema.in)
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return [{ path, schema }]
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean) return []
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return []
  if (schema instanceof z.ZodRecord) return [...of(schema.keyType, `${path}.*`), ...of(schema.valueType, `${path}.*`)]
  if (schema instanceof z.ZodUndefined || schema instanceof z.ZodNull || schema instanceof z.ZodUnknown) return []
  throw new Error(`${path} is of a kind that this walk does not know: ${schema.def.type}`)
}

const inputs = (
  await Promise.all(
    all.definitions
      .filter((definition) => definition.kind === 'http')
      .flatMap((definition) =>
        (['params', 'query', 'body'] as const).map(async (where) => {
          const source = definition[where]
          return source ? leavesOf(await schemaOf(source), `${definition.name} ${where}`) : []
        }),
      ),
  )
).flat()
const walked = inputs.filter(({ path }) => !notKept.some((shape) => shape.test(path)))

/** As a sender may put it: alone, in a sentence, in a name, in every part of an address. */
const waysOf = (text: string, value: string): readonly string[] => [
  text,
  value,
  `Seen: ${text}.`,
  text.replaceAll(/\s+/g, ' '),
  `https://code.example/${encodeURIComponent(text)}/x`,
  `https://code.example/x?tab=${encodeURIComponent(text)}&token=${encodeURIComponent(value)}`,
  `https://${encodeURIComponent(value)}@code.example/x#${encodeURIComponent(text)}`,
  `https://app:${encodeURIComponent(value)}@code.example/x`,
]

/** What is left of the value, however it is packed. */
const holds = (text: string, value: string): boolean => {
  const unescaped = text.replaceAll('\\', '')
  return [text, unescaped, decoded(text)].some((said) => said.includes(value))
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const leaksOf = new Map<z.ZodType, Map<typeof named, readonly string[]>>()

/** Where the value came through. Many texts are of one schema, which is tried once. */
const leaks = ({ schema, path }: Leaf, kinds: typeof named): readonly string[] => {
  const ofSchema = leaksOf.get(schema) ?? new Map<typeof named, readonly string[]>()
  leaksOf.set(schema, ofSchema)
  const found = ofSchema.get(kinds) ?? leaksThrough(schema, kinds)
  ofSchema.set(kinds, found)
  return found.map((leak) => `${path}: ${leak}`)
}

const leaksThrough = (schema: z.ZodType, kinds: typeof named): readonly string[] =>
  kinds.flatMap(([kind, { text, value }]) =>
    waysOf(text, value).flatMap((given) => {
      // Alone, some are a word like any other.
      if (given === value && text !== `found ${value} in it`) return []
      const parsed = schema.safeParse(given)
      const said = parsed.success
        ? String(parsed.data)
        : JSON.stringify(parsed.error.issues.map(({ message }) => message))
      return holds(said, value) ? [`${kind} as ${given}`] : []
    }),
  )

describe('a secret in a text that comes in', () => {
  it('has been walked through more than 60 texts of more than 20 functions', () => {
    expect(walked.length).toBeGreaterThan(60)
    expect(new Set(walked.map(({ path }) => path.split(' ')[0])).size).toBeGreaterThan(20)
  })

  it.each(walked.map((leaf) => [leaf.path, leaf] as const))('does not come through %s', (_, leaf) => {
    expect(leaks(leaf, named)).toEqual([])
  })

  it.each(
    walked
      .filter(({ path }) => /\.(?:title|description|summary|remediation\.0)$/.test(path))
      .map((leaf) => [leaf.path, leaf] as const),
  )('does not come through %s when it says nothing of itself', (_, leaf) => {
    expect(leaks(leaf, bare)).toEqual([])
  })

  it('is seen by this test when it does', () => {
    expect(leaks({ path: 'x', schema: z.string() }, named).length).toBeGreaterThan(60)
  })
})

describe('a secret in an event', () => {
  const event = detection()
  const texts = ['title', 'summary', 'url'] as const

  it.each([...named, ...bare])('does not come through the texts of a detection: %s', (_, { text, value }) => {
    const read = catalogue['defend.detection.created'].read.parse({
      ...event,
      ...Object.fromEntries(texts.map((name) => [name, `Seen: ${text}`])),
      device: { id: 'device-1', hostname: `host ${text}`, operating_system: text },
      remediation: [`Revoke. ${text}`],
    })
    expect(JSON.stringify(read).includes(JSON.stringify(value).slice(1, -1))).toBe(false)
  })

  it.each(named)('does not come through the texts of a sign-in: %s', (_, { text, value }) => {
    const read = catalogue['hub.auth.login_failed'].read.parse({ user_agent: text, address: text, device_id: text })
    expect(JSON.stringify(read)).not.toContain(JSON.stringify(value).slice(1, -1))
  })
})

describe('a secret in what is handed to another product', () => {
  it.each([...named, ...bare])('is taken out wherever it stands: %s', (_, { text, value }) => {
    const draft = redactedDraft({ title: `T: ${text}`, links: [{ title: `L: ${text}` }], count: 1, none: null })
    expect(JSON.stringify(draft)).not.toContain(JSON.stringify(value).slice(1, -1))
    expect(draft).toMatchObject({ count: 1, none: null })
  })

  it('leaves references and ids, which are drawn by lot, as they are', () => {
    const draft = {
      externalReference: 'code-Ev28zdkFmUSynLH8n4F-YiBbU7oba_DppXGIDviEqaU',
      ids: ['MDEwOlJlcG9zaXRvcnkxMjk2MjY5'],
    }
    expect(redactedDraft(draft)).toEqual(draft)
  })
})
