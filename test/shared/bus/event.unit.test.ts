import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue, eventNames } from '../../../shared/bus/catalogue.ts'
import { newEvent, readEvent } from '../../../shared/bus/event.ts'
import { isAppError } from '../../../shared/errors.ts'

const now = new Date('2026-03-01T10:00:00.000Z')
const discovered = () =>
  newEvent({
    type: 'code.repo.discovered',
    tenantId: 'tenant-1',
    subject: 'repo-1',
    data: { repo_id: 'repo-1', org_id: 'org-1', provider: 'github', repo_name: 'northwind/web' },
    now,
  })

const received = new Date('2026-03-01T10:00:05.000Z')
const read = (body: unknown, sentBy: string | undefined = 'code') => readEvent(body, { sentBy, receivedAt: received })

const refusal = (body: unknown, sentBy: string | undefined = 'code'): string => {
  try {
    read(body, sentBy)
  } catch (error) {
    if (isAppError(error, 'event-not-understood', 'publisher-not-allowed')) return `${error.code}: ${error.message}`
    throw error
  }
  return 'understood'
}

describe('an event', () => {
  it('is a CloudEvent with tenant, trace and version', () => {
    expect(discovered()).toMatchObject({
      specversion: '1.0',
      source: '/products/code',
      type: 'code.repo.discovered',
      subject: 'repo-1',
      time: '2026-03-01T10:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:theonestack:event:code.repo.discovered:1',
      tenantid: 'tenant-1',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/) as string,
    })
  })

  it('comes back from JSON as it was made', () => {
    const event = discovered()
    const { specversion: _, datacontenttype: _type, dataschema: _schema, ...kept } = event
    expect(read(JSON.parse(JSON.stringify(event)))).toEqual(kept)
  })

  it('cannot be made with data that breaks the catalogue', () => {
    const data = { repo_id: 'repo-1', org_id: 'org-1', provider: 'github', repo_name: '' } as const
    expect(() => newEvent({ type: 'code.repo.discovered', tenantId: 't', data, now })).toThrow('breaks the catalogue')
  })

  it('carries exactly the documented fields of The One Code', () => {
    const fieldsOf = (type: keyof typeof catalogue) => Object.keys(catalogue[type].data.shape)
    expect(
      Object.fromEntries(eventNames.filter((name) => name.startsWith('code.')).map((name) => [name, fieldsOf(name)])),
    ).toEqual({
      'code.org.connected': ['org_id', 'provider', 'org_login', 'repo_count'],
      'code.org.disconnected': ['org_id', 'provider', 'org_login'],
      'code.repo.discovered': ['repo_id', 'org_id', 'provider', 'repo_name'],
      'code.backup.requested': ['job_id', 'repo_id', 'org_id'],
      'code.documentation.generated': ['doc_count', 'repo_id'],
      'code.documentation.refreshed': ['doc_type', 'repo_id'],
      'code.security.new_secret_detected': ['repo_id', 'org_id', 'secret_type', 'severity'],
    })
  })
})

describe('what is not understood is refused with its reason', () => {
  it.each([
    ['no JSON object', 'text', 'it is no CloudEvent'],
    ['no envelope', {}, 'it is no CloudEvent'],
    ['an unknown type', { ...discovered(), type: 'code.repo.painted' }, 'its type is not known'],
    ['a name that every object has', { ...discovered(), type: 'constructor.x' }, 'its type is not known'],
    ['another source', { ...discovered(), source: '/products/hub' }, 'publisher-not-allowed: The message cannot be'],
    [
      'a future version',
      { ...discovered(), dataschema: 'urn:theonestack:event:code.repo.discovered:2' },
      'only version 1',
    ],
    ['too little data', { ...discovered(), data: { repo_id: 'repo-1' } }, 'lacks what is needed: org_id ('],
  ])('%s', (_, body, reason) => {
    expect(refusal(body)).toContain(reason)
  })

  it.each([['hub'], ['Code'], ['']])('another publisher: "%s"', (sentBy) => {
    expect(refusal(discovered(), sentBy)).toMatch(/^publisher-not-allowed: .* only code may publish/)
  })

  it('no publisher at all', () => {
    expect(() => readEvent(discovered(), { sentBy: undefined, receivedAt: received })).toThrow('only code may publish')
  })

  it('whatever arrives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(refusal(body)).toMatch(/^event-not-understood: The message cannot be handled/)
      }),
    )
  })
})

describe('an envelope is read as CloudEvents 1.0 allows', () => {
  const without = (...names: readonly string[]) =>
    Object.fromEntries(Object.entries(discovered()).filter(([name]) => !names.includes(name)))

  it.each([
    ['without a time', without('time'), { time: received.toISOString() }],
    ['with an offset', { ...discovered(), time: '2026-03-01T12:00:00+02:00' }, { time: '2026-03-01T10:00:00.000Z' }],
    ['without a content type', without('datacontenttype'), {}],
    ['with parameters of it', { ...discovered(), datacontenttype: 'application/json; charset=utf-8' }, {}],
    ['in other letters', { ...discovered(), datacontenttype: 'Application/JSON' }, {}],
    ['with a more special one', { ...discovered(), datacontenttype: 'application/vnd.code.repo+json' }, {}],
    ['without a schema', without('dataschema'), {}],
    ['with a schema of its own', { ...discovered(), dataschema: 'https://code.example/schemas/repo.json' }, {}],
    ['without a subject', without('subject', 'traceparent'), {}],
    ['with a long subject', { ...discovered(), subject: 's'.repeat(5_000) }, { subject: 's'.repeat(5_000) }],
    ['from another source of the same product', { ...discovered(), source: 'https://code.example/eu' }, {}],
    ['with other attributes', { ...discovered(), partitionkey: 'x', sequence: 7, later: true }, {}],
    ['with a trace that is none', { ...discovered(), traceparent: 7 }, {}],
    [
      'with null for none',
      { ...discovered(), time: null, subject: null, datacontenttype: null, dataschema: null, traceparent: null },
      { time: received.toISOString() },
    ],
    [
      'with its data as bytes',
      { ...without('data'), data_base64: Buffer.from(JSON.stringify(discovered().data)).toString('base64') },
      {},
    ],
  ])('%s', (_, body, expected) => {
    const { data, type, tenantid } = discovered()
    const event = read(body)
    expect(event).toMatchObject({ type, tenantid, data, ...expected })
    const kept = ['data', 'id', 'source', 'subject', 'tenantid', 'time', 'traceparent', 'type']
    expect(kept).toEqual(expect.arrayContaining(Object.keys(event)))
  })

  it.each([
    ['a schema of another kind of data', { ...discovered(), datacontenttype: 'text/xml' }, 'datacontenttype (must be'],
    ['another version of the standard', { ...discovered(), specversion: '0.3' }, 'specversion (must be 1.0)'],
    ['no id', without('id'), 'id ('],
    ['an empty id', { ...discovered(), id: '' }, 'id ('],
    ['no source', without('source'), 'source ('],
    ['no tenant', without('tenantid'), 'tenantid ('],
    ['a time that is none', { ...discovered(), time: 'yesterday' }, 'time (must be a time'],
    ['bytes that are no JSON', { ...without('data'), data_base64: 'e30gew==' }, 'its data is not valid JSON'],
    [
      'bytes with a name twice',
      { ...without('data'), data_base64: Buffer.from('{"org_id":"a","org_id":"b"}').toString('base64') },
      'its data is not valid JSON',
    ],
  ])('and not %s', (_, body, reason) => {
    expect(refusal(body)).toContain(reason)
  })

  it('has an id that storage and broker take, the same for the same id', () => {
    const idOf = (id: string) => read({ ...discovered(), id }).id
    expect(idOf('x'.repeat(100))).toBe('x'.repeat(100))
    const long = idOf('x'.repeat(300))
    expect(long).toMatch(/^sha256-[0-9a-f]{64}$/)
    expect(idOf('x'.repeat(300))).toBe(long)
    expect(idOf('x'.repeat(301))).not.toBe(long)
    expect(idOf('\ud800')).not.toBe(idOf('\ud801'))
  })
})
