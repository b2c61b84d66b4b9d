import { describe, expect, inject, it } from 'vitest'
import { renewTickets } from '../../../../functions/code/tickets/renewal.ts'
import { ticketTable } from '../../../../functions/code/tickets/ticket-table.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { vulnerability } from '../../../support/findings.ts'
import { type Ticketing, startTicketing } from '../../../support/ticketing.ts'
import { killedBefore } from '../../../shared/effects/stepped-services.ts'

const stack = inject('stack')
const dayMs = 86_400_000

/** As the functions are after so many days. */
const servicesAfter = (days: number): Services => {
  const now = () => new Date(Date.now() + days * dayMs)
  const store = createStore({ connectionString: stack.settings.DATA_STORAGE ?? '' }, { now: () => now().getTime() })
  return { ...createServices(loadConfig(stack.settings)), now, store: () => store }
}

const renewAfter = (days: number, of: (services: Services) => Services = (services) => services): Promise<void> =>
  renewTickets(of(servicesAfter(days)), AbortSignal.timeout(60_000))

/** How many rows of each kind the tenant has after so many days. */
const rowsAfter = async ({ tenantId }: Ticketing, days: number): Promise<Record<string, number>> => {
  const rows = servicesAfter(days).store().open(ticketTable)
  const counts: Record<string, number> = {}
  for (const kind of ['ticket', 'claim', 'identity', 'finding'] as const) {
    counts[kind] = 0
    for await (const _ of rows[kind].each({ tenantId })) counts[kind] += 1
  }
  return counts
}

const filed = async () => {
  const ticketing = await startTicketing(stack)
  await ticketing.file(vulnerability())
  const [ticket] = await ticketing.psa.tickets()
  return { ticketing, id: ticket?.id ?? '', all: await rowsAfter(ticketing, 0) }
}
const none = { ticket: 0, claim: 0, identity: 0, finding: 0 }

describe('a ticket that nobody has asked for in 400 days', () => {
  it('is kept with all that leads to it while it is open in PSA', async () => {
    const { ticketing, all } = await filed()
    expect(all).toMatchObject({ ticket: 1, claim: 1, finding: 1 })
    await renewAfter(380)
    expect(await rowsAfter(ticketing, 401)).toEqual(all)
    expect(await rowsAfter(ticketing, 781)).toEqual(none)
  })

  it('is kept while PSA cannot be asked and it was open when PSA last could', async () => {
    const { ticketing, all } = await filed()
    await renewAfter(380, (services) => ({ ...services, psa: () => createServices(loadConfig({})).psa() }))
    expect(await rowsAfter(ticketing, 401)).toEqual(all)
  })

  it('is kept for 400 days more from when it is first seen closed, and no longer', async () => {
    const { ticketing, id, all } = await filed()
    await ticketing.psa.change(id, { status: 'closed' })
    await renewAfter(380)
    expect(await rowsAfter(ticketing, 779)).toEqual(all)
    await renewAfter(770)
    expect(await rowsAfter(ticketing, 781)).toEqual(none)
  })

  it('is kept whole by the next run when one is cut off', async () => {
    const { ticketing, all } = await filed()
    const { tenantId } = ticketing
    await expect(
      renewAfter(380, (services) => killedBefore(services, tenantId, /codeTickets\.identity\.update/)),
    ).rejects.toThrow('Killed')
    expect(await rowsAfter(ticketing, 401)).not.toEqual(all)
    await renewAfter(381)
    expect(await rowsAfter(ticketing, 401)).toEqual(all)
  })
})
