// Which credential of a request counts.
import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../shared/auth/authentication.ts'
import { hasRole, session } from '../../../shared/auth/caller.ts'
import { createCredentialAttempts } from '../../../shared/auth/credential-attempts.ts'
import type { OrgRole } from '../../../shared/peers/hub/contract.ts'
import { orgRoles } from '../../../shared/peers/hub/vocabulary.ts'

const mia = {
  product: 'ai',
  tenantId: 'northwind',
  userId: 'mia',
  role: 'member',
  issuedAt: '2026-11-02T10:00:00Z',
} as const

/** Everybody who has a session is Mia. */
const asked: string[] = []
const services = {
  now: () => new Date('2026-11-02T11:00:00Z'),
  credentialAttempts: () => Promise.resolve(createCredentialAttempts()),
  sessions: () =>
    Promise.resolve({
      find: (_product: string, cookie: string) => {
        asked.push(cookie)
        return Promise.resolve(mia)
      },
    }),
  standings: () => Promise.resolve({ requireActive: () => Promise.resolve() }),
} as unknown as Parameters<typeof authenticate>[2]

const ask = (cookieHeader: string) =>
  authenticate(
    [session('ai', { atLeast: 'viewer' })],
    {
      cookieHeader,
      integrationKey: null,
      operatorToken: null,
      tenantId: undefined,
      address: '10.0.0.1',
      operation: 'ai-read-usage',
    },
    services,
  )

describe('a request with the cookie of a session', () => {
  it('is of whom the session belongs to', async () => {
    expect(await ask('theme=dark; oneai_session=a')).toMatchObject({ kind: 'session', userId: 'mia' })
  })

  it('twice is of nobody: another site of the domain may have planted one of them', async () => {
    asked.splice(0)
    for (const header of ['oneai_session=a; oneai_session=b', 'oneai_session=a, oneai_session=a'])
      await expect(ask(header)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(asked).toEqual([])
  })
})

describe('a role', () => {
  it('has what those below it have, and nothing of those above', () => {
    const allowed = orgRoles.map((role) => orgRoles.filter((atLeast) => hasRole(role, atLeast)))
    expect(allowed).toEqual(orgRoles.map((_, at) => orgRoles.slice(at)))
  })

  it('that is not known has nothing, however it got here', () => {
    for (const role of ['unknown', '', 'Admin'])
      for (const atLeast of orgRoles) expect(hasRole(role as OrgRole, atLeast)).toBe(false)
  })
})
