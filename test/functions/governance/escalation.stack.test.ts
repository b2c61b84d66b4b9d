// Incidents of high severity on their way to On-Call and back, against On-Call's stand-in.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { escalateIncidents } from '../../../functions/governance/incidents/escalation-run.ts'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import { escalationPending } from '../../../shared/incidents/escalation-pending.ts'
import { acknowledgeIncident, resolveIncident } from '../../../shared/incidents/incident-life.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { type Failure, recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { type Incident, incidentTable } from '../../../shared/incidents/incident-table.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import { start as startOnCall } from '../../../shared/peers/oncall/stand-in/stand-in.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { tenantSettingsTable } from '../../../shared/tenants/tenant-settings.ts'
import { failureOf, newTenant } from '../../shared/incidents/failures.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { markersOf } from '../../support/pending-markers.ts'
import { type PeerServer, json, startPeerServer } from '../../support/peer-server.ts'

const key = 'local-only-oncall-service-key'
const operations = `org-${randomUUID()}`

let azurite: TestAzurite
let onCall: RunningStandIn
let hub: PeerServer
let services: Services
let tenantId: string
let clock: Date

const productsOf = (...products: readonly string[]): void =>
  hub.answerWith((response, request) => {
    const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
    json(200, { id, slug: id, name: 'Northwind', status: 'active', products })(response, request)
  })

beforeAll(async () => {
  azurite = await startAzurite()
  onCall = await startOnCall({ port: 0, keys: [key] })
  hub = await startPeerServer(json(503, {}))
  services = createServices(
    loadConfig({
      DATA_STORAGE: azurite.connectionString,
      ONCALL_API_URL: onCall.url,
      ONCALL_SERVICE_KEY: key,
      HUB_API_URL: hub.baseUrl,
      HUB_SERVICE_KEY: 'local-only-hub-service-key',
      AI_PUBLIC_URL: 'https://app.example.com',
      AUDIT_SIGNING_KEY: 'local-only-audit-signing-key-0123456789abcdef',
      PLATFORM_ORGANIZATION_ID: operations,
    }),
    () => clock,
  )
})
afterAll(async () => {
  await services.close()
  await hub.close()
  await onCall.close()
  await azurite.stop()
})
beforeEach(() => {
  tenantId = newTenant()
  clock = new Date('2026-11-02T20:00:00Z')
  productsOf('psa', 'oncall')
})
afterEach(() => control('PUT', 'faults', []))

const control = async (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${onCall.url}/_control/${path}?tenantId=${tenantId}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

type Alert = { readonly reference: string; readonly state: string; readonly draft: object; readonly resolution: string }

const alerts = async (ofTenant = tenantId): Promise<readonly Alert[]> => {
  const response = await fetch(`${onCall.url}/_control/alerts?tenantId=${ofTenant}`)
  return ((await response.json()) as { alerts: Alert[] }).alerts
}

const tools = () => ({ store: services.store(), now: services.now })
const fails = (given: Partial<Failure> = {}): Promise<void> =>
  recordIncident(tools(), failureOf(tenantId, { severity: 'high', ...given }))
const incidents = async (owner = ownerOfTenant(tenantId)): Promise<readonly Incident[]> =>
  (await listIncidents(services.store(), owner, { state: 'all', limit: 50 })).incidents
const only = async (): Promise<Incident> => {
  const [incident] = await incidents()
  if (!incident) throw new Error('There is no incident.')
  return incident
}
const later = (minutes: number): void => {
  clock = new Date(clock.getTime() + minutes * 60_000)
}
const run = (): Promise<void> => escalateIncidents(services, AbortSignal.timeout(60_000))
const runAfter = async (minutes: number): Promise<void> => {
  later(minutes)
  await run()
}
const markers = () => markersOf(escalationPending, services.store(), ownerOfTenant(tenantId))

describe('an incident of high severity', () => {
  it('that lasts has somebody called once, with what to do and where to look', async () => {
    await fails()
    await runAfter(4)
    expect(await alerts()).toEqual([])
    await runAfter(1)
    await runAfter(1)
    const { incidentId } = await only()
    expect(await alerts()).toMatchObject([
      {
        reference: `incident:${incidentId}`,
        state: 'open',
        draft: {
          title: 'hub→psa, keep PSA agent in step: Another product refused our request',
          details: expect.stringMatching(/^PSA refused the request\. [^]*Failures: 1\./) as string,
          urgency: 'high',
          url: `https://app.example.com/governance/incidents/${incidentId}`,
        },
      },
    ])
    expect(await only()).toMatchObject({ state: 'open', escalation: { raisedAt: '2026-11-02T20:05:00.000Z' } })
  })

  it('is acknowledged when the person on duty takes it, and ended at On-Call when its cause is gone', async () => {
    await fails()
    await runAfter(5)
    const { incidentId } = await only()
    await control('POST', `alerts/incident%3A${incidentId}/acknowledge`, { by: 'Ann' })
    await runAfter(1)
    expect(await only()).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'oncall',
      escalation: { takenAt: '2026-11-02T20:06:00.000Z' },
    })
    expect(await alerts()).toMatchObject([{ state: 'acknowledged' }])
    later(1)
    await recordSuccess(tools(), {
      integration: 'hub→psa',
      operation: 'keep PSA agent in step',
      tenantId,
      begunAt: clock,
    })
    await run()
    expect(await alerts()).toMatchObject([{ state: 'resolved', resolution: 'The incident is resolved.' }])
    expect(await markers()).toEqual([])
  })

  it('that somebody acknowledges here has nobody called any more', async () => {
    await fails()
    await runAfter(5)
    await acknowledgeIncident(tools(), await only(), 'user:ann')
    await runAfter(1)
    expect(await alerts()).toMatchObject([
      { state: 'resolved', resolution: expect.stringContaining('acknowledged') as string },
    ])
    expect(await only()).toMatchObject({
      acknowledgedBy: 'user:ann',
      escalation: { endedAt: expect.any(String) as string },
    })
    expect(await markers()).toEqual([])
  })

  it('that passes in time has nobody called, and a new one of the same cause is called about by itself', async () => {
    await fails()
    await resolveIncident(tools(), await only(), 'user:ann')
    await runAfter(60)
    expect([await alerts(), await markers()]).toEqual([[], []])
    await fails()
    await runAfter(5)
    expect(await alerts()).toHaveLength(1)
  })

  it('of normal severity has nobody called', async () => {
    await fails({ severity: 'normal' })
    await runAfter(600)
    expect([await alerts(), await markers()]).toEqual([[], []])
  })

  it('has nobody called in the quiet hours of the organization', async () => {
    await services
      .store()
      .open(tenantSettingsTable)
      .settings.upsert({
        tenantId,
        clientId: '',
        timeZone: 'Europe/Berlin',
        escalation: { afterMinutes: 0, quietHours: { from: '21:00', to: '06:00' } },
        revision: '1',
        updatedAt: clock.toISOString(),
        updatedBy: 'user:ann',
      })
    await fails()
    await run()
    expect(await alerts()).toEqual([])
    clock = new Date('2026-11-03T05:00:00Z')
    await run()
    expect(await alerts()).toHaveLength(1)
  })

  it('of an organization without On-Call has nobody called', async () => {
    productsOf('psa')
    await fails()
    await runAfter(5)
    expect([await alerts(), await markers()]).toEqual([[], []])
  })

  it('of an organization that Hub has not has nobody called', async () => {
    hub.answerWith(json(404, { title: 'None', status: 404 }))
    await fails()
    await runAfter(5)
    expect([await alerts(), await markers()]).toEqual([[], []])
  })

  it('has somebody called while Hub is away: that may be what is broken', async () => {
    hub.answerWith(json(503, { title: 'Away', status: 503 }))
    await fails()
    await runAfter(5)
    expect(await alerts()).toHaveLength(1)
  })

  it('of the platform calls the organization that runs it', async () => {
    const operation = `op-${randomUUID()}`
    await fails({ operation, error: new AppError('storage-unavailable', 'Storage is away.') })
    await runAfter(5)
    expect(await alerts()).toEqual([])
    expect(await alerts(operations)).toMatchObject([{ draft: { title: expect.stringContaining(operation) as string } }])
    expect(await incidents(platform)).toMatchObject([{ escalation: { raisedAt: expect.any(String) as string } }])
  })
})

describe('On-Call that fails', () => {
  /** Of the platform: it fails for every organization alike. */
  const ofOnCall = async () => (await incidents(platform)).filter(({ integration }) => integration === 'ai→oncall')

  it('is an incident of normal severity, which calls nobody, and closes itself', async () => {
    await fails()
    await control('PUT', 'faults', [{ kind: 'status', status: 500, operation: 'putAlert', times: 20 }])
    await runAfter(5)
    expect((await ofOnCall()).map(({ state, severity }) => [state, severity])).toContainEqual(['open', 'normal'])
    expect((await ofOnCall()).filter(({ severity, escalation }) => severity === 'high' || escalation)).toEqual([])
    expect(await markers()).toHaveLength(1)
    await control('PUT', 'faults', [])
    await runAfter(10)
    expect(await alerts()).toHaveLength(1)
    expect((await ofOnCall()).filter(({ state }) => state !== 'resolved')).toEqual([])
  })

  it('after it has taken the alert leaves one alert', async () => {
    await fails()
    await control('PUT', 'faults', [{ kind: 'commit-then-status', operation: 'putAlert', status: 500, times: 1 }])
    await runAfter(5)
    await runAfter(1)
    expect(await alerts()).toHaveLength(1)
    expect(await only()).toMatchObject({ escalation: { raisedAt: expect.any(String) as string } })
  })

  it('and has lost the alert is told again', async () => {
    await fails()
    await runAfter(5)
    await control('POST', 'reset')
    await runAfter(1)
    expect(await alerts()).toMatchObject([{ state: 'open' }])
  })
})

describe('a run that ends in between', () => {
  it('after it was written down that the person on duty has it, leaves that time, and has the incident acknowledged', async () => {
    await fails()
    await runAfter(5)
    const { incidentId, owner } = await only()
    const takenAt = clock.toISOString()
    await services
      .store()
      .open(incidentTable)
      .incident.modify({ owner, incidentId }, (current) => ({
        ...(current as Incident),
        escalation: { raisedAt: takenAt, takenAt },
      }))
    await control('POST', `alerts/incident%3A${incidentId}/acknowledge`, { by: 'Ann' })
    await runAfter(7)
    expect(await only()).toMatchObject({ state: 'acknowledged', escalation: { raisedAt: takenAt, takenAt } })
  })

  it('leaves a marker without an incident for a while, and then takes it away', async () => {
    await escalationPending.mark(
      services.store(),
      { tenantId: ownerOfTenant(tenantId), ref: 'inc_never', createdAt: clock.toISOString() },
      clock,
    )
    await runAfter(1)
    expect(await markers()).toHaveLength(1)
    await runAfter(15)
    expect(await markers()).toEqual([])
  })

  it('after On-Call was told, and before that was written down, tells it once', async () => {
    await fails()
    later(5)
    const { incidentId } = await only()
    const draft = {
      title: 'Before',
      details: '',
      urgency: 'high',
      url: 'https://app.example.com/',
      occurredAt: clock.toISOString(),
    } as const
    await (await services.oncall()).raiseAlert(tenantId, `incident:${incidentId}`, draft)
    await run()
    expect(await alerts()).toHaveLength(1)
    expect(await only()).toMatchObject({ escalation: { raisedAt: expect.any(String) as string } })
  })
})
