import { describe, expect, inject, it } from 'vitest'
import * as clients from '../../../../functions/code/clients/endpoints.ts'
import * as endpoints from '../../../../functions/code/settings/endpoints.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { newRepository, vulnerability } from '../../../support/findings.ts'
import { startTicketing } from '../../../support/ticketing.ts'
import { servedCode } from '../served-code.ts'

const stack = inject('stack')
const services = createServices(loadConfig(stack.settings))
const code = servedCode([...Object.values(endpoints), ...Object.values(clients)], services)

/** An organization with two mapped repositories, each of another client. */
const start = async () => {
  const ticketing = await startTicketing(stack)
  const admin = await code.signIn(stack.urls, 'admin', ticketing)
  await ticketing.psa.setCompanies(['company-1', 'company-2'])
  const put = async (path: string, body: object): Promise<void> => {
    const [status] = await admin.ask('PUT', path, body)
    expect([200, 201]).toContain(status)
  }
  const mapped = async (number: number) => {
    const repository = newRepository()
    await put(`code/clients/client-${number}`, { name: `Client ${number}`, psaCompanyId: `company-${number}` })
    await put(`code/client-mappings/repository/${repository.id}`, { clientId: `client-${number}` })
    return repository
  }
  return { ...ticketing, put, one: await mapped(1), other: await mapped(2) }
}

describe('tickets of findings', () => {
  it('go by the settings of the organization, and by those of the client where it has its own', async () => {
    const { file, psa, put, one, other } = await start()
    await put('code/settings', {
      revision: null,
      settings: {
        ticketBoard: 'security',
        ticketType: 'incident',
        severityMapping: { critical: 'P1', high: 'P1', medium: 'P2', low: 'P3' },
      },
    })
    await put('code/settings/clients/client-2', { revision: null, settings: { ticketBoard: 'contoso' } })
    for (const repository of [one, other, newRepository()]) await file(vulnerability({ repository, severity: 'high' }))
    expect(await psa.tickets()).toMatchObject([
      { board: 'security', type: 'incident', priority: 'P1', companyId: 'company-1' },
      { board: 'contoso', type: 'incident', priority: 'P1', companyId: 'company-2' },
      { board: 'triage', type: 'incident', priority: 'P1', companyId: null },
    ])
  })

  it('are assigned to whom the organization has set, and to another agent where the client has its own', async () => {
    const { file, psa, put, one, other, tenantId } = await start()
    const client = await services.psa()
    const agent = { email: 'mia@example.com', lastName: 'Ito', role: 'technician', active: true } as const
    for (const firstName of ['Mia', 'Noa'])
      await client.putAgent(tenantId, `agent-${firstName}`, { ...agent, firstName, sourceVersion: 1 })
    await put('code/settings', { revision: null, settings: { ticketAssignee: 'agent-Mia' } })
    await put('code/settings/clients/client-2', { revision: null, settings: { ticketAssignee: 'agent-Noa' } })
    for (const repository of [one, other]) await file(vulnerability({ repository }))
    expect(await psa.tickets()).toMatchObject([{ assignee: { name: 'Mia Ito' } }, { assignee: { name: 'Noa Ito' } }])
  })

  it('that were filed stay as they are when the settings change', async () => {
    const { file, psa, put, one } = await start()
    const finding = vulnerability({ repository: one })
    const { ticket } = await file(finding)
    await put('code/settings', { revision: null, settings: { ticketBoard: 'security' } })
    expect((await file(finding)).ticket.id).toBe(ticket.id)
    expect(await psa.tickets()).toMatchObject([{ board: 'service', version: 1 }])
  })

  it('wait on the triage board while the client has no company in PSA', async () => {
    const { file, psa, put, one } = await start()
    await put('code/clients/client-1', { name: 'Client 1' })
    expect((await file(vulnerability({ repository: one }))).ticket.clientName).toBe('Client 1')
    expect(await psa.tickets()).toMatchObject([
      {
        board: 'triage',
        companyId: null,
        description: expect.stringContaining('Client: Client 1, whose PSA company is unknown.') as string,
      },
    ])
  })
})
