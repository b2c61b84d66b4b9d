// Every event that a subscriber handles, as a later version of its publisher may send it.
import { describe, expect, it } from 'vitest'
import { batchOf } from '../../functions/ai/behaviour/activity-batch.ts'
import { changeOf } from '../../functions/ai/insider-signals/signal-taking.ts'
import { emptyHistory } from '../../functions/ai/insider-signals/work-history.ts'
import { detectionOf } from '../../functions/ai/security-tickets/detection.ts'
import { draftOf } from '../../functions/ai/security-tickets/ticket-draft.ts'
import { all } from '../../functions/apps/all.ts'
import { auditEventOf } from '../../functions/hub/audit-events/audit-event.ts'
import { accessChangeOf } from '../../functions/hub/session-cutoffs/access-change.ts'
import { type EventData, type EventName, catalogue } from '../../shared/bus/catalogue.ts'
import { type Event, newEvent, readEvent } from '../../shared/bus/event.ts'
import { isAppError } from '../../shared/errors.ts'
import { DefendAuditEvent } from '../../shared/peers/defend/contract.ts'
import { PsaTicketDraft } from '../../shared/peers/psa/ticket-contract.ts'
import { type Change, changesOf, differencesOf, nameOf } from '../support/outside-changes.ts'

const now = new Date('2026-03-01T10:00:00.000Z')
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

type Consumed = Extract<
  EventName,
  `hub.${string}` | `defend.${string}` | `voice.${string}` | `psa.${string}` | `people.${string}`
>

const audited = {
  actor: { type: 'user', id: 'u-2' },
  user_id: 'u-1',
  address: '192.0.2.7',
  user_agent: 'Firefox',
  outcome: 'success',
} as const
const login = { ...audited, method: 'entra', country: 'DE', device_id: 'd-1', network: 'other' } as const
const userChange: EventData<'hub.iam.user_created'> = {
  ...audited,
  user_version: 4,
  before: { status: 'active', org_role: 'admin', products: ['code', 'ai', 'psa'] },
  after: { status: 'active', org_role: 'member', products: ['code', 'psa'] },
}

/** With all that the catalogue has, and what nobody can do without. */
const events: { readonly [Name in Consumed]: { readonly data: EventData<Name>; readonly needed: readonly string[] } } =
  {
    'psa.suggestion.answered': {
      data: {
        suggestion_id: 'call-1',
        field: 'category',
        outcome: 'accepted',
        answered_at: '2026-03-01T08:00:00.000Z',
      },
      needed: ['suggestion_id'],
    },
    'voice.recording.ready': {
      data: { call_id: 'call-1', client_id: 'c-1', ready_at: '2026-03-01T08:00:00.000Z' },
      needed: ['call_id'],
    },
    'hub.auth.login_success': { data: login, needed: [] },
    'hub.auth.login_failed': { data: { ...login, reason: 'deactivated' }, needed: [] },
    'hub.iam.user_created': { data: userChange, needed: ['user_id'] },
    'hub.iam.user_deactivated': { data: userChange, needed: ['user_id'] },
    'hub.iam.permission_changed': { data: userChange, needed: ['user_id'] },
    'hub.iam.access_granted': { data: { ...userChange, product: 'ai' }, needed: ['user_id'] },
    'hub.iam.access_revoked': { data: { ...userChange, product: 'ai' }, needed: ['user_id'] },
    'people.work_day.summarized': {
      data: { user_id: 'u-1', day: '2026-03-01', records_opened: 40, records_exported: 10, active_hours: [9, 10] },
      needed: ['user_id'],
    },
    'people.employment.changed': {
      data: {
        user_id: 'u-1',
        change: 'notice_given',
        effective_on: '2026-05-31',
        changed_at: '2026-03-01T08:00:00.000Z',
      },
      needed: ['user_id', 'change'],
    },
    'defend.device.activity': {
      data: {
        batch_id: 'b-1',
        devices: [
          {
            device_id: 'device-7',
            client_id: 'c-1',
            events: [
              {
                at: '2026-03-01T08:00:00.000Z',
                kind: 'process_start',
                user: 'ann',
                process: 'powershell.exe',
                parent: 'winword.exe',
                destination: 'as-1',
                bytes_sent: 10,
              },
            ],
          },
        ],
      },
      needed: ['batch_id', 'devices'],
    },
    'defend.detection.created': {
      data: {
        detection_id: 'd-1',
        severity: 'critical',
        title: 'Credential dumping',
        summary: 'lsass.exe was read.',
        cause: 'T1003',
        client_id: 'c-1',
        device: { id: 'device-7', hostname: 'srv-dc-01', operating_system: 'Windows Server 2025' },
        remediation: ['Isolate the device.'],
        detected_at: '2026-03-01T08:00:00.000Z',
        url: 'https://defend.example/detections/d-1',
      },
      needed: ['detection_id', 'severity'],
    },
    'defend.investigation.opened': {
      data: { investigation_id: 'i-1', client_id: 'c-1', opened_at: '2026-03-01T08:00:00.000Z' },
      needed: ['investigation_id'],
    },
    'voice.call.ended': {
      data: { call_id: 'call-1', client_id: 'c-1', ended_at: '2026-03-01T08:00:00.000Z' },
      needed: ['call_id'],
    },
  }

const received = (type: Consumed, data: unknown): Event => {
  const event = newEvent({ type, tenantId: 't', subject: 's', data: events[type].data, now, id: 'e-1' })
  return readEvent(JSON.parse(JSON.stringify({ ...event, traceparent, data })), {
    sentBy: catalogue[type].publisher,
    receivedAt: now,
  })
}

const placement = {
  client: undefined,
  settings: { ticketBoard: 'service', severityMapping: { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' } },
} as const

/** What its subscribers make of it, as far as the event alone decides it. */
const effectOf = (event: Event): object => {
  if (event.type === 'defend.detection.created')
    return {
      isCritical: event.data.severity === 'critical',
      draft: PsaTicketDraft.parse(draftOf(event.tenantid, detectionOf(event), placement)),
    }
  if (event.type === 'defend.investigation.opened') return { subject: event.data.investigation_id }
  if (event.type === 'voice.call.ended' || event.type === 'voice.recording.ready')
    return { subject: event.data.call_id }
  if (event.type === 'psa.suggestion.answered') return { suggestion: event.data }
  if (event.type === 'defend.device.activity') return { batch: batchOf(event, now) }
  if (event.type === 'people.work_day.summarized' || event.type === 'people.employment.changed')
    return { history: changeOf(event, now)?.(emptyHistory()) }
  if (!event.type.startsWith('hub.')) throw new Error(`Nobody says what ${event.type} comes to.`)
  const audit = DefendAuditEvent.parse(auditEventOf(event as Event<'hub.auth.login_success'>))
  if (event.type.startsWith('hub.auth.')) return { audit }
  const { data } = event as Event<'hub.iam.access_granted'>
  return {
    audit,
    cutoff: accessChangeOf(event as Event<'hub.iam.access_granted'>),
    agent: { userId: data.user_id, version: data.user_version },
  }
}

const refusalOf = (type: Consumed, data: unknown): string => {
  try {
    received(type, data)
  } catch (error) {
    if (isAppError(error, 'event-not-understood')) return error.message
    throw error
  }
  return 'understood'
}

const names = Object.keys(events) as Consumed[]
const changed = (type: Consumed, kinds: readonly Change['kind'][]) =>
  changesOf(catalogue[type].data, events[type].data).filter(({ kind }) => kinds.includes(kind))
const isNeeded = (type: Consumed, path: Change['path']): boolean => events[type].needed.includes(nameOf(path))
const read = (type: Consumed): unknown => received(type, events[type].data).data

describe('an event that a later version of its publisher sends', () => {
  it('is walked for every subscriber', () => {
    const handled = all.definitions
      .filter((definition) => definition.kind === 'subscriber')
      .flatMap((one) => one.events)
    expect(new Set(names)).toEqual(new Set<EventName>(handled))
  })

  it.each(names)('%s has the same effect with a member more, and with words in capitals', (type) => {
    const before = received(type, events[type].data)
    for (const { kind, path, value } of changed(type, ['added', 'shouted'])) {
      const after = received(type, value)
      expect(after, `${kind} ${nameOf(path)}`).toEqual(before)
      expect(effectOf(after)).toEqual(effectOf(before))
    }
  })

  it.each(names)('%s is read with unknown, or a word less in a list, for a new word, and has its effect', (type) => {
    for (const { path, value } of changed(type, ['new-word'])) {
      const [found, ...others] = differencesOf(read(type), received(type, value).data)
      expect(others).toEqual([])
      if (typeof path.at(-1) === 'number') {
        const list = found?.before as readonly unknown[]
        expect(found?.path).toEqual(path.slice(0, -1))
        expect(found?.after).toEqual(list.filter((_, index) => index !== path.at(-1)))
      } else expect(found).toMatchObject({ path, after: 'unknown' })
      expect(() => effectOf(received(type, value)), nameOf(path)).not.toThrow()
    }
  })

  it.each(names)('%s is read without what nobody needs of it, and has its effect', (type) => {
    for (const { path, value } of changed(type, ['without', 'null']).filter((one) => !isNeeded(type, one.path))) {
      const differences = differencesOf(read(type), received(type, value).data)
      expect(differences.map((one) => one.path)).toEqual([path])
      expect(differences[0]?.after).toBeUndefined()
      expect(() => effectOf(received(type, value)), nameOf(path)).not.toThrow()
    }
  })

  it.each(names.filter((type) => events[type].needed.length > 0))(
    '%s is refused by name without what is needed',
    (type) => {
      const missed = changed(type, ['without', 'null']).filter(({ path }) => isNeeded(type, path))
      expect(new Set(missed.map(({ path }) => nameOf(path)))).toEqual(new Set(events[type].needed))
      for (const { path, value } of missed)
        expect(refusalOf(type, value)).toContain(`the data of ${type} lacks what is needed: ${nameOf(path)} (`)
    },
  )

  it('takes away no more, and gives no more, for words that are not known', () => {
    const [before, after] = [userChange.before, userChange.after]
    const cutoffFor = (data: object) => {
      const { cutoff } = effectOf(received('hub.iam.permission_changed', { ...userChange, ...data })) as {
        cutoff: ReturnType<typeof accessChangeOf>
      }
      return cutoff
    }
    expect(cutoffFor({ after: { ...after, org_role: 'warden' } })).toMatchObject({ isUntold: true, newRole: undefined })
    expect(cutoffFor({ after: { ...after, status: 'paused' } })).toMatchObject({ isDeactivated: true })
    expect(cutoffFor({ before: { ...before, org_role: 'warden' } })).toMatchObject({
      isUntold: false,
      newRole: 'member',
    })
    const detection = { ...events['defend.detection.created'].data, severity: 'apocalyptic' }
    expect(effectOf(received('defend.detection.created', detection))).toMatchObject({ isCritical: false })
  })
})
