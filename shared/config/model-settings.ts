// The setting AI_MODELS: which providers there are, how each is reached, and which of their deployments serve which class of model.
import * as z from 'zod'

const namePattern = /^[a-z0-9][a-z0-9-]{0,39}$/

/** Managed identity, the secret of AI_MODEL_KEY, a secret of the vault, or nothing (a server on this machine). */
const auth = z.union([
  z.enum(['identity', 'key', 'none']),
  z.templateLiteral(['kv:', z.string().regex(/^[0-9a-zA-Z-]{1,127}$/)]),
])

const milliseconds = z.int().min(100).max(240_000)

const providerSettings = z.strictObject({
  wire: z.enum(['openai-chat', 'anthropic-messages']),
  /** `https://<name>.openai.azure.com`, `https://<name>.services.ai.azure.com/anthropic`, `http://127.0.0.1:11434/v1`. */
  endpoint: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** Of Azure's dated API, with a path for each deployment; of `anthropic-messages` the `anthropic-version`. */
  apiVersion: z.string().optional(),
  auth: auth.default('none'),
  /** What it takes and says. `temperature`, a JSON schema of its own, what was used while it streams. */
  sampling: z.boolean().optional(),
  schemas: z.boolean().default(true),
  usageInStream: z.boolean().default(true),
  /** Reasoning models want `max_completion_tokens`. */
  ceilingName: z.enum(['max_tokens', 'max_completion_tokens']).default('max_tokens'),
  firstByteMs: milliseconds.default(60_000),
  idleMs: milliseconds.default(30_000),
})

export type ProviderSettings = z.output<typeof providerSettings>

const deploymentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}\/[^\s/][^\s]{0,99}$/, 'must be <provider>/<deployment>')

/** `<provider>/<deployment>`, or with the lane that it is kept for. */
const served = z.union([
  deploymentName.transform((use) => ({ use })),
  z.strictObject({ use: deploymentName, lane: z.literal('enterprise').optional() }),
])

const classOf = z.array(served).max(10).default([])

/** In the order in which they are tried. A class without one is served by the embedded provider; audio by none. */
const shape = z
  .strictObject({
    providers: z.record(z.string().regex(namePattern), providerSettings),
    classes: z.strictObject({ fast: classOf, deep: classOf, audio: classOf }),
  })
  .refine(
    ({ providers, classes }) =>
      Object.values(classes)
        .flat()
        .every(({ use }) => Object.hasOwn(providers, use.slice(0, use.indexOf('/')))),
    'must name only providers that it describes',
  )
  .refine(
    ({ providers, classes: { audio } }) =>
      audio.every(({ use }) => providers[use.slice(0, use.indexOf('/'))]?.wire !== 'anthropic-messages'),
    'must name providers of the wire openai-chat for the class audio: the other one takes no recordings',
  )

export type ModelSettings = z.output<typeof shape>

export const noModels: ModelSettings = { providers: {}, classes: { fast: [], deep: [], audio: [] } }

/** JSON text. */
export const modelSettings = z.string().transform((text, context): ModelSettings => {
  try {
    const parsed = shape.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    context.addIssue({
      code: 'custom',
      message: `must be as its description says: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    })
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' })
  }
  return z.NEVER
})
