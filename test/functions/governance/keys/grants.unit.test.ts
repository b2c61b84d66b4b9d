// What keys can be given: no function asks for a scope that no key can have, and no key opens more than who makes it.
import { describe, expect, it } from 'vitest'
import { scopes } from '../../../../shared/auth/caller.ts'
import {
  grants,
  keyIntegrations,
  personalScopes,
  requireGrant,
  requirePersonalGrant,
} from '../../../../functions/governance/keys/grants.ts'

describe('a scope', () => {
  it.each(scopes)('%s can be given to a product or a person', (scope) => {
    const given: readonly string[] = [...personalScopes, ...Object.values(grants).flat()]
    expect(given).toContain(scope)
  })

  it('is given to no product that has no use for it', () => {
    for (const integration of keyIntegrations) {
      const own: readonly string[] = grants[integration]
      for (const scope of scopes)
        if (own.includes(scope)) expect(() => requireGrant(integration, [scope])).not.toThrow()
        else expect(() => requireGrant(integration, [...grants[integration], scope])).toThrow(scope)
    }
  })

  it('is given to a person whose role a session would need for the same, and to none below', () => {
    expect(() => requirePersonalGrant('admin', [...personalScopes])).not.toThrow()
    expect(() => requirePersonalGrant('member', ['ai:features:code', 'governance:audit:read'])).toThrow(
      'With the role member a key cannot have the scope governance:audit:read. Leave it out.',
    )
    expect(() => requirePersonalGrant('viewer', ['ai:completions:use'])).toThrow('ai:completions:use')
  })
})
