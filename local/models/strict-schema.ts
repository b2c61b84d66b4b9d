// What Azure OpenAI refuses in the schema of a strict answer: keywords that it does not take, properties that may be left out.

const refusedKeywords = [
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'patternProperties',
  'allOf',
  'oneOf',
  'not',
]

const levelsMax = 10

/** The first fault, in words; undefined for a schema that is taken. */
export const strictSchemaFault = (schema: unknown, path = 'root', level = 0): string | undefined => {
  if (typeof schema !== 'object' || schema === null) return undefined
  if (level > levelsMax) return `${path} has too many levels`
  const members = schema as Readonly<Record<string, unknown>>
  const refused = refusedKeywords.find((keyword) => Object.hasOwn(members, keyword))
  if (refused !== undefined) return `${path}: '${refused}' is not permitted`
  const properties = (members['properties'] ?? {}) as Readonly<Record<string, unknown>>
  if (members['type'] === 'object') {
    if (members['additionalProperties'] !== false) return `${path}: 'additionalProperties' is required to be false`
    const required = (members['required'] ?? []) as readonly string[]
    const missing = Object.keys(properties).find((name) => !required.includes(name))
    if (missing !== undefined) return `${path}: 'required' must include '${missing}'`
  }
  const parts: [string, unknown][] = [
    ...Object.entries(properties),
    ['items', members['items']],
    ...((members['anyOf'] ?? []) as readonly unknown[]).map((part, index): [string, unknown] => [
      `anyOf ${index}`,
      part,
    ]),
    ...Object.entries((members['$defs'] ?? {}) as Readonly<Record<string, unknown>>),
  ]
  for (const [name, part] of parts) {
    const fault = strictSchemaFault(part, `${path}.${name}`, level + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
