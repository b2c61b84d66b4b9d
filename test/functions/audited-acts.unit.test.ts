// That nothing changes an organization without an entry in its audit log: every function says what it is there, or is named here with the reason.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { all } from '../../functions/apps/all.ts'
import type { CallerRule } from '../../shared/auth/caller.ts'
import type { HttpDefinition } from '../../shared/triggers/http.ts'
import { type SchemaSource, schemaOf } from '../../shared/triggers/schema-source.ts'

const https = all.definitions.filter((definition) => definition.kind === 'http')
const isOfKind = ({ callers }: HttpDefinition, kind: CallerRule['kind']): boolean =>
  callers.some((rule) => rule.kind === kind)

/** Recorded as a write into another product, or at the door, by the handler. */
const recordedByHandler = new Set([
  'ai-open-session',
  'ai-close-session',
  'code-open-session',
  'code-close-session',
  'code-file-tickets',
  'code-open-opportunity',
  'ai-take-device-events',
  // While a log is broken nothing can be recorded before it goes on.
  'ai-repair-audit-log-as-operator',
])

describe('every function over HTTP that changes something', () => {
  const changing = https.filter(({ method }) => method !== 'GET')

  it('says what the audit log calls it, or records it itself', () => {
    const unsaid = changing.filter(
      (definition) =>
        definition.audit === undefined &&
        // The pipeline records whatever an operator does to an organization.
        !isOfKind(definition, 'operator') &&
        !recordedByHandler.has(definition.name),
    )
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
  const ofOperators = https.filter((definition) => isOfKind(definition, 'operator') || isOfKind(definition, 'platform'))

  it('names the organization in the path, where an access is asked for and the log is found, and nowhere else', async () => {
    expect(ofOperators.length).toBeGreaterThan(10)
    for (const definition of ofOperators) {
      const { name, params, query, body } = definition
      expect([name, await names(query), await names(body)]).toEqual([name, false, false])
      if (isOfKind(definition, 'operator')) expect([name, await names(params)]).toEqual([name, true])
    }
  })

  it('needs an access, but for opening one and ending it', async () => {
    const withoutAccess = []
    for (const definition of ofOperators)
      if (isOfKind(definition, 'platform') && (await names(definition.params))) withoutAccess.push(definition.name)
    // While a log is broken no access can be opened.
    expect(new Set(withoutAccess)).toEqual(
      new Set(['ai-open-operator-access', 'ai-end-operator-access', 'ai-repair-audit-log-as-operator']),
    )
  })

  it('is done by operators alone', () => {
    for (const { name, callers } of ofOperators)
      expect([name, new Set(callers.map(({ kind }) => kind)).size]).toEqual([name, 1])
  })
})

describe('every function that nobody calls', () => {
  /** They end access, or keys, and record it themselves. */
  const recording = new Set([
    'ai-key-rotation-timer',
    'hub-session-cutoff-subscriber',
    'hub-psa-agent-repair-timer',
    'hub-organization-watch-timer',
  ])
  /** Steps of what somebody asked for, which is recorded; what they write into other products is recorded there. */
  const steps =
    /^(?:ai-(?:asset-enrichment-flow|decide-asset-enrichment|write-asset-enrichment|enrichment-flow|find-enrichment|choose-enrichment|write-enrichment|cancel-key-rotation|create-rotated-key|key-rotation-command|key-rotation-flow|look-at-key-adoption|promote-rotated-key|register-rotated-key|retire-rotated-key|revoke-suspected-key|test-rotated-key)|code-(?:compare-cmdb-clients|create-project|end-cmdb-sync|plan-cmdb-sync|prepare-project|record-project|send-cmdb-batch|sync-cmdb-command|cmdb-sync-flow|project-flow|plan-study|write-study-part|finish-study|study-flow)|ai-(?:plan-transcription|transcribe-chunk|write-transcription|recap-transcribed-call|give-up-transcription|transcription-flow|plan-root-cause|read-root-cause-source|report-root-cause|write-root-cause|root-cause-flow)|flow-finish)$/
  /** They write into other products alone, which is recorded there. */
  const peerWriting =
    /^(?:ai-(?:asset-enrichment|behaviour-score|insider-signal)-timer|ai-(?:defend-detection|defend-investigation|device-activity|insider-signal|voice-call|voice-recording)-subscriber|ai-(?:incident-escalation|result-reconcile|transcription-sweep)-timer|hub-(?:audit-event|login-anomaly|psa-agent)-subscriber|ai-security-ticket-reconcile-timer|code-(?:billing|billing-snapshot|cmdb-sync|opportunity-reconcile|ticket-reconcile)-timer)$/
  /** Upkeep: what was decided before is carried on, counted, signed, or deleted when its time is over. */
  const upkeep =
    /^(?:ai-audit-(?:anchor|retention)|ai-usage-sweep|(?:ai|code|hub)-dead-letter|(?:ai|code)(?:-background)?-flow-(?:retention|start)|code-(?:data-key|outbox|repository-recount|retention))-timer$|^ai-suggestion-outcome-subscriber$/

  it('is known for what becomes of it in the audit log', () => {
    const unknown = all.definitions
      .filter(({ kind }) => kind !== 'http')
      .map(({ name }) => name)
      .filter((name) => !recording.has(name) && ![steps, peerWriting, upkeep].some((known) => known.test(name)))
    expect(unknown).toEqual([])
  })
})
