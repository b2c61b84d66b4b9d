import { describe, expect, it } from 'vitest'
import { faultsOfSettings } from '../../infra/check/given-settings.ts'

const domain = 'msp-tools.net'

describe('the settings that whoever deploys gives', () => {
  it('are all right when an app would take them', () => {
    const given = {
      PSA_API_URL: 'https://psa.other.net/api',
      OPERATOR_AUDIENCE: 'c81d4e2e-bcf2-41e6-869b-7df92533d2db',
    }
    expect(faultsOfSettings(given, domain)).toEqual([])
  })

  it.each([
    ['a user and a password', 'PSA_API_URL', 'https://user:hunter2@psa.msp-tools.net', 'must have no user'],
    ['a user', 'CRM_API_URL', 'https://hunter2@crm.msp-tools.net', 'must have no user'],
    ['a key in its query', 'HUB_URL', 'https://hub.msp-tools.net?code=hunter2', 'no user, query or fragment'],
    ['no https', 'HUB_API_URL', 'http://hub.msp-tools.net/hunter2', 'must use https'],
    ['this machine', 'OPERATOR_JWKS_URL', 'https://127.0.0.1/hunter2', 'leads to this machine'],
    ['no id', 'OPERATOR_AUDIENCE', 'hunter2', 'client id of the app registration'],
  ])('are refused with %s in %s, by name and without the value', (_, setting, value, said) => {
    const faults = faultsOfSettings({ [setting]: value }, domain)
    expect(faults).toEqual([expect.stringContaining(`The parameter "settings" has ${setting}: `)])
    expect(faults.join()).toContain(said)
    expect(faults.join()).not.toContain('hunter2')
  })

  it('may leave addresses to the domain, which is refused once for all of them', () => {
    expect(faultsOfSettings({}, 'user:hunter2@msp-tools.net')).toEqual([
      'The parameter "domain" makes addresses that no app takes: must have no user, query or fragment',
    ])
  })
})
