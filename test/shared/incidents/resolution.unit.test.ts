import { describe, expect, it } from 'vitest'
import { errorTable } from '../../../shared/error-table.ts'
import { resolutionOf, titleOf } from '../../../shared/incidents/resolution.ts'

type About = Parameters<typeof resolutionOf>[0]
const resolution = (integration: string, code: About['code'], facts: About['facts'] = {}) =>
  resolutionOf({ integration, code, facts }, 'operator')

describe('the title of an incident', () => {
  it('names the integration, what was tried and what went wrong', () => {
    expect(titleOf({ integration: 'hub→psa', operation: 'keep PSA agent in step', code: 'peer-unavailable' })).toBe(
      'hub→psa, keep PSA agent in step: Another product is not available',
    )
  })
})

describe('the resolution of an incident', () => {
  it.each([
    ['psa→ai', 'peer-rejected', /PSA subscription is active.*Hub/],
    ['psa→ai', 'peer-unavailable', /PSA subscription is active.*Hub/],
    ['books→studio', 'peer-unauthorized', /Studio → Books → Connect Books/],
    ['defend→ai', 'peer-timeout', /AI Gateway's providers.*Defend integration key in Key Vault/],
    ['external-psa→studio', 'peer-unauthorized', /Studio → PSA/],
    ['ai→crm', 'peer-rejected', /service account may write in CRM/],
  ] as const)('of %s with %s is what the products tell people to do', (integration, code, expected) => {
    expect(resolution(integration, code)).toMatch(expected)
  })

  it.each([
    ['code→psa', 'not-configured', 'PSA_API_URL', 'PSA_SERVICE_KEY', 'theonecode-api'],
    ['code→crm', 'peer-unauthorized', 'CRM_API_URL', 'CRM_SERVICE_KEY', 'theonecode-api'],
    ['code→cmdb', 'not-configured', 'CMDB_API_URL', 'CMDB_SERVICE_KEY', 'theonecode-background'],
    ['code→bus', 'not-configured', 'BUS_API_URL', 'BUS_INTEGRATION_KEY', 'theonecode-api'],
    ['hub→defend', 'peer-unauthorized', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY', 'theonehub-background'],
  ] as const)('of %s with %s names its settings and their app', (integration, code, ...names) => {
    for (const name of names) expect(resolution(integration, code)).toContain(name)
  })

  it('of a product that cannot be reached names its URL, its health and the firewall', () => {
    expect(resolution('hub→psa', 'peer-timeout', { peer: 'psa' })).toMatch(/PSA_API_URL.*health of PSA.*firewall/)
  })

  it('is the general advice where another product failed than the one of the integration', () => {
    expect(resolution('hub→psa', 'peer-unauthorized', { peer: 'hub' })).toBe(errorTable['peer-unauthorized'].advice)
  })

  it('is the general advice for everything else', () => {
    for (const code of ['internal', 'tenant-unknown', 'peer-rejected'] as const)
      expect(resolution('hub→psa', code)).toBe(errorTable[code].advice)
    for (const integration of ['books→studio', 'nobody→knows', '__proto__', 'toString'])
      expect(resolution(integration, 'peer-unavailable')).toBe(errorTable['peer-unavailable'].advice)
  })
})

describe('what a tenant reads', () => {
  const forTenant = (code: About['code'], facts: About['facts'] = {}) =>
    resolutionOf({ integration: 'code→psa', code, facts }, 'tenant')

  it('never sends it to a log, a setting, a Function App, a firewall or Key Vault', () => {
    for (const code of Object.keys(errorTable) as About['code'][])
      for (const facts of [{}, { peer: 'psa', peerStatus: 429 }, { peer: 'hub', peerStatus: 403 }])
        expect(forTenant(code, facts)).not.toMatch(/\blogs?\b|_API_|_KEY|Function App|firewall|Key Vault|health\//i)
  })

  it('names the product, and what the organization itself can do', () => {
    expect(forTenant('peer-rejected', { peer: 'psa' })).toMatch(/^PSA refused the request\./)
    expect(forTenant('peer-unavailable')).toMatch(/retried automatically/)
  })

  it('says of what it can mend how to, and does not send it to support alone', () => {
    expect(forTenant('model-missing')).toMatch(/^Have a model connected/)
    for (const code of ['ai-opted-out', 'prompt-too-long', 'key-not-adopted'] as const)
      expect(forTenant(code)).toBe(errorTable[code].advice)
    expect(forTenant('ai-tier-missing')).toMatch(/^Buy an AI tier/)
  })

  it('does not promise that what a person asked for is repeated', () => {
    expect(forTenant('model-unavailable')).toMatch(/What you asked for yourself, ask for again/)
  })

  it('promises no retry where the platform has to mend something first', () => {
    expect(forTenant('model-unauthorized')).toMatch(/does not pass by itself/)
    expect(forTenant('model-unauthorized')).not.toMatch(/retried|No action/)
  })
})

describe('a limit that was reached', () => {
  it('is named as such, without the advice for a product that cannot be reached', () => {
    for (const reader of ['tenant', 'operator'] as const) {
      const facts = { peer: 'psa', peerStatus: 429 }
      const text = resolutionOf({ integration: 'code→psa', code: 'peer-unavailable', facts }, reader)
      expect(text).toMatch(/^The rate limit of PSA was reached/)
      expect(text).not.toMatch(/firewall|health/)
    }
  })
})
