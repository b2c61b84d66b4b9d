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

const refusal = (body: unknown, sentBy: string | undefined = 'code'): string => {
  try {
    readEvent(body, sentBy)
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
    expect(readEvent(JSON.parse(JSON.stringify(event)), 'code')).toEqual(event)
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
    ['other data', { ...discovered(), data: { repo_id: 'repo-1' } }, 'breaks its schema'],
    ['more data', { ...discovered(), data: { ...(discovered().data as object), secret: 'x' } }, 'breaks its schema'],
  ])('%s', (_, body, reason) => {
    expect(refusal(body)).toContain(reason)
  })

  it.each([['hub'], ['Code'], ['']])('another publisher: "%s"', (sentBy) => {
    expect(refusal(discovered(), sentBy)).toMatch(/^publisher-not-allowed: .* only code may publish/)
  })

  it('no publisher at all', () => {
    expect(() => readEvent(discovered(), undefined)).toThrow('only code may publish')
  })

  it('whatever arrives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(refusal(body)).toMatch(/^event-not-understood: The message cannot be handled/)
      }),
    )
  })
})
