// That nothing changes an organization without an entry in its audit log: every function says what it is there, or is named here with the reason.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { all } from '../../functions/apps/all.ts'
import type { HttpDefinition } from '../../shared/triggers/http.ts'
import { type SchemaSource, schemaOf } from '../../shared/triggers/schema-source.ts'

const https = all.definitions.filter((definition) => definition.kind === 'http')
const scopesOf = ({ callers }: HttpDefinition): readonly string[] =>
  callers.flatMap((rule) => (rule.kind === 'integration' ? [rule.scope] : []))

/** Recorded as a write into another product, or at the door, by the handler. */
const recordedByHandler = new Set([
  'ai-open-session',
  'ai-close-session',
  'code-open-session',
  'code-close-session',
  'code-file-tickets',
  'code-open-opportunity',
])

describe('every function over HTTP that changes something', () => {
  const changing = https.filter(({ method }) => method !== 'GET')

  it('says what the audit log calls it, or records it itself', () => {
    const unsaid = changing.filter(({ name, audit }) => audit === undefined && !recordedByHandler.has(name))
    expect(unsaid.map(({ name }) => name)).toEqual([])
  })

  it('records what everybody does by it, unless products tell it of their own', () => {
    for (const { name, auditsPeopleAlone, audit, callers } of https)
      if (auditsPeopleAlone)
        expect([name, audit, callers.map(({ kind }) => kind).toSorted()]).toEqual([
          name,
          'source.changed',
          expect.arrayContaining(['integration', 'session']),
        ])
  })
})

describe('what an operator does to one organization', () => {
  const names = async (source: SchemaSource | undefined): Promise<boolean> => {
    const schema = source && (await schemaOf(source))
    return schema instanceof z.ZodObject && 'tenantId' in schema.shape
  }
  const placeOf = async ({ params, query, body }: HttpDefinition): Promise<string | undefined> => {
    if (await names(body)) return 'organization in body'
    if (await names(params)) return 'organization in path'
    return (await names(query)) ? 'organization in query, where it cannot be recorded' : undefined
  }
  const operators = https.filter((definition) => scopesOf(definition).some((scope) => scope.startsWith('platform:')))

  it('is in the log of that organization, what is only read as well', async () => {
    expect(operators.length).toBeGreaterThan(10)
    for (const definition of operators) {
      const place = await placeOf(definition)
      if (place !== undefined)
        expect([definition.name, definition.audit, definition.actsOn]).toEqual([
          definition.name,
          'operator.acted',
          place,
        ])
    }
  })

  it('is done by operators alone', () => {
    for (const definition of https.filter(({ actsOn }) => actsOn !== undefined))
      expect([definition.name, definition.callers.map(({ kind }) => kind)]).toEqual([definition.name, ['integration']])
  })
})

describe('every function that nobody calls', () => {
  /** They end access, or keys, and record it themselves. */
  const recording = new Set([
    'ai-key-retirement-timer',
    'hub-session-cutoff-subscriber',
    'hub-psa-agent-repair-timer',
    'hub-organization-watch-timer',
  ])
  /** Steps of what somebody asked for, which is recorded; what they write into other products is recorded there. */
  const steps =
    /^(?:code-(?:compare-cmdb-clients|create-project|end-cmdb-sync|plan-cmdb-sync|prepare-project|record-project|send-cmdb-batch|sync-cmdb-command|cmdb-sync-flow|project-flow)|flow-finish)$/
  /** They write into other products alone, which is recorded there. */
  const peerWriting =
    /^(?:ai-defend-detection-subscriber|hub-(?:audit-event|psa-agent)-subscriber|ai-security-ticket-reconcile-timer|code-(?:billing|billing-snapshot|cmdb-sync|opportunity-reconcile|ticket-reconcile)-timer)$/
  /** Upkeep: what was decided before is carried on, counted, signed, or deleted when its time is over. */
  const upkeep =
    /^(?:ai-audit-(?:anchor|retention)|(?:ai|code|hub)-dead-letter|code(?:-background)?-flow-(?:retention|start)|code-(?:data-key|outbox|repository-recount|retention))-timer$/

  it('is known for what becomes of it in the audit log', () => {
    const unknown = all.definitions
      .filter(({ kind }) => kind !== 'http')
      .map(({ name }) => name)
      .filter((name) => !recording.has(name) && ![steps, peerWriting, upkeep].some((known) => known.test(name)))
    expect(unknown).toEqual([])
  })
})
