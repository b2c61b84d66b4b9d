import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { sessionTable } from '../../../../shared/auth/session.ts'
import { vulnerability } from '../../../support/findings.ts'
import { startTicketing } from '../../../support/ticketing.ts'
import { runTimerUntil } from '../../../support/timer-run.ts'

const stack = inject('stack')

describe('the timer that deletes what was kept long enough', () => {
  it('deletes a session that has ended, and leaves live ones and tickets alone', async () => {
    const { store, tenantId, client, file, list } = await startTicketing(stack)
    const { ticket } = await file(vulnerability())
    const ended = `ended-${randomUUID()}`
    // A day after its end, for which a page left open may still ask.
    const [longAgo, before] = [25, 48].map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString())
    await store.open(sessionTable).session.insert({
      idHash: ended,
      product: 'code',
      userId: `user-${tenantId}`,
      email: 'mia@northwind.example',
      firstName: 'Mia',
      lastName: 'Torres',
      role: 'member',
      tenantId,
      tenantSlug: tenantId,
      tenantName: tenantId,
      entitlements: ['code'],
      hubSessionId: randomUUID(),
      issuedAt: before ?? '',
      expiresAt: longAgo ?? '',
    })
    /** As it is stored: a row that has ended is absent to those who read rows. */
    const isStored = async (): Promise<boolean> => {
      const { done: rows = [] } = await store.connection('sessions').run('look for a session', async (rowsOf) => {
        const found: unknown[] = []
        for await (const row of rowsOf.listEntities({ queryOptions: { filter: `idHash eq '${ended}'` } }))
          found.push(row)
        return found
      })
      return rows.length > 0
    }
    expect(await isStored()).toBe(true)
    await runTimerUntil(stack.urls.functions, 'code-retention-timer', async () => !(await isStored()))
    expect((await client.fetch('/api/code/session')).status).toBe(200)
    expect((await list()).tickets).toMatchObject([{ id: ticket.id }])
  })
})
