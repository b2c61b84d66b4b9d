import { inject } from 'vitest'
import { describe, expect, it } from 'vitest'
import { identity, newClient, signIn } from '../../support/browser-client.ts'

const { urls } = inject('stack')

describe('the session of The One Code', () => {
  it('says who is signed in', async () => {
    const who = identity({ role: 'admin' })
    const client = await signIn(urls, who)
    const response = await client.fetch('/api/code/session')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      user: { id: who.userId, role: 'admin' },
      tenant: { id: who.tenantId },
    })
  })

  it('is refused without a cookie', async () => {
    const response = await newClient(urls).fetch('/api/code/session')
    expect(response.status).toBe(401)
  })
})
