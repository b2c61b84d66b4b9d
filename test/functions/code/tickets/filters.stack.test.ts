import { describe, expect, inject, it } from 'vitest'
import { ticketTable } from '../../../../functions/code/tickets/ticket-table.ts'
import { accessIssue, newRepository, vulnerability } from '../../../support/findings.ts'
import { type TicketList, type Ticketing, startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

const idsOf = ({ tickets }: TicketList): (string | null)[] => tickets.map(({ id }) => id)

/** Every page of the list, and how many there were. */
const walk = async ({ list }: Ticketing, query: Readonly<Record<string, string>>) => {
  const ids: (string | null)[] = []
  let cursor: string | undefined
  for (let pages = 1; pages < 20; pages += 1) {
    const page = await list({ ...query, ...(cursor !== undefined && { cursor }) })
    expect(page.tickets.length).toBeLessThanOrEqual(Number(query['limit'] ?? 25))
    ids.push(...idsOf(page))
    cursor = page.nextCursor
    if (cursor === undefined) return { ids, pages }
  }
  throw new Error('The list does not end.')
}

describe('the filters of the list of tickets', () => {
  it('are the status that PSA has now, the repository, the type and the client, and all that are given count', async () => {
    const ticketing = await startTicketing(stack)
    const { file, list, mapClient, psa } = ticketing
    const repository = { ...newRepository(), id: 'group/project' }
    await mapClient({ source: 'repository', sourceId: 'group/project', clientName: 'Contoso', psaCompanyId: 'c-1' })
    const hole = (await file(vulnerability({ repository }))).ticket.id ?? ''
    const access = (await file(accessIssue({ repository }))).ticket.id ?? ''
    const elsewhere = (await file(vulnerability())).ticket.id ?? ''
    await psa.change(hole, { status: 'resolved' })

    for (const [query, expected] of [
      [{ status: 'resolved' }, [hole]],
      [{ status: 'new' }, [elsewhere, access]],
      [{ status: 'deleted' }, []],
      [{ repositoryId: 'group/project' }, [access, hole]],
      [{ repositoryId: 'group' }, []],
      [{ type: 'vulnerability' }, [elsewhere, hole]],
      [{ clientName: 'Contoso' }, [access, hole]],
      [{ clientName: 'contoso' }, []],
      [{ clientName: 'Contoso', type: 'vulnerability' }, [hole]],
      [{ clientName: 'Contoso', type: 'vulnerability', status: 'new' }, []],
      [{ repositoryId: 'group/project', status: 'new', type: 'access_issue', clientName: 'Contoso' }, [access]],
    ] as const)
      expect([query, idsOf(await list(query))]).toEqual([query, expected])
  })

  it('keep to the limit, and the pages together have every ticket that fits, once', async () => {
    const ticketing = await startTicketing(stack)
    const repository = newRepository()
    const expected: (string | null)[] = []
    for (let filed = 0; filed < 5; filed += 1) {
      expected.unshift((await ticketing.file(vulnerability({ repository }))).ticket.id)
      await ticketing.file(vulnerability())
    }
    for (const filter of [{ repositoryId: repository.id }, { repositoryId: repository.id, status: 'new' }])
      for (const limit of ['1', '2', '5']) expect((await walk(ticketing, { ...filter, limit })).ids).toEqual(expected)
  })

  it('of one finding narrow its tickets', async () => {
    const { file, list } = await startTicketing(stack)
    const finding = vulnerability()
    const { ticket } = await file(finding)
    const { findingId } = finding
    expect(idsOf(await list({ findingId, type: 'vulnerability', status: 'new' }))).toEqual([ticket.id])
    expect(idsOf(await list({ findingId, type: 'access_issue' }))).toEqual([])
    expect(idsOf(await list({ findingId, status: 'closed' }))).toEqual([])
  })

  it('never look at all tickets at once: where few fit, a page ends early and its cursor goes on', async () => {
    const ticketing = await startTicketing(stack)
    const { tenantId, store } = ticketing
    const table = store.open(ticketTable)
    const rows = Array.from({ length: 600 }, (_, index) => ({
      tenantId,
      ref: `ref-${index}`,
      createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
      state: 'begun' as const,
      title: `Ticket ${index}`,
      type: 'vulnerability' as const,
      repository: { id: index === 0 ? 'rare' : 'usual', name: 'a/b' },
      findings: [],
      filedBy: 'user-1',
    }))
    for (let from = 0; from < rows.length; from += 100)
      await table.transaction(rows.slice(from, from + 100).map((row) => table.ticket.toInsert(row)))

    const first = await ticketing.list({ repositoryId: 'rare' })
    expect(first.tickets).toEqual([])
    expect(first.nextCursor).toBeDefined()
    const second = await ticketing.list({ repositoryId: 'rare', cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ tickets: [{ title: 'Ticket 0' }] })
    expect(second.nextCursor).toBeUndefined()
  })

  it('by status compare the last known one while PSA cannot be asked', async () => {
    const { file, list, psa } = await startTicketing(stack)
    const { ticket } = await file(vulnerability())
    await psa.change(ticket.id ?? '', { status: 'closed' })
    await psa.setFaults({ kind: 'expired-key' })
    expect(await list({ status: 'new' })).toMatchObject({ tickets: [{ id: ticket.id }], psaAvailable: false })
    expect(await list({ status: 'closed' })).toEqual({ tickets: [], psaAvailable: false })
  })
})
