// An example of each kind of record that can be read as context, and of what is told of it.
import { expect } from 'vitest'
import type { referenceKinds } from '../../../shared/context/reference.ts'
import { createPsaClient } from '../../../shared/peers/psa/client.ts'

type Product = keyof typeof referenceKinds

export type Example = {
  readonly product: Product
  readonly kind: string
  /** As it is called for a person. */
  readonly name: string
  /** Of the contract: what faults are set for. */
  readonly operation: string
  /** What is put into the stand-in, for the client `acme`. */
  readonly record: Readonly<Record<string, unknown>>
  /** The same with far too much text. */
  readonly huge: Readonly<Record<string, unknown>>
  /** With `<id>` in place of the id that the stand-in gave. */
  readonly title: string
  readonly facts: readonly (readonly [id: string, label: string, text: string])[]
  /** Facts that are another time each time. */
  readonly varying: readonly string[]
  readonly refusedTo: readonly string[]
  /** Where the control API has it. */
  readonly controlPath: string
}

type Place = {
  readonly tenantId: string
  readonly url: string
  readonly key: string
  readonly control: (method: string, path: string, body?: unknown) => Promise<Response>
}

/** @returns the id that the record has in the product */
export const putExample = async (
  { product, kind, record, controlPath }: Example,
  { tenantId, url, key, control }: Place,
): Promise<string> => {
  if (product === 'psa') return putTicket(record, { tenantId, url, key, control })
  const id = `${kind}-1`
  await control('PUT', `${controlPath}/${id}`, { clientId: 'acme', record })
  return id
}

const putTicket = async (record: Example['record'], { tenantId, url, key, control }: Place): Promise<string> => {
  await control('PUT', 'companies', { companyIds: ['acme'], names: { acme: 'Acme' } })
  const psa = createPsaClient({ baseUrl: url, key: () => key })
  const { ticket, outcome } = await psa.createTicket(tenantId, {
    externalReference: 'r1',
    title: 'Printer is down',
    description: String(record['description']),
    priority: 'P2',
    board: 'service',
    companyId: 'acme',
    source: 'the-one-code',
    links: [],
    relatedTicketIds: [],
  })
  expect(outcome).toBe('created')
  for (const [index, text] of (record['notes'] as string[]).entries())
    await psa.addNote(tenantId, ticket.id, { reference: `n${index}`, text, internal: index > 0 })
  return ticket.id
}

const far = (text: string): string => `${text} `.repeat(30_000 / text.length)

export const examples: readonly Example[] = [
  {
    product: 'psa',
    kind: 'ticket',
    name: 'PSA ticket',
    operation: 'viewTicket',
    record: { description: 'It smokes.', notes: ['Unplugged.'] },
    huge: { description: far('smoke').slice(0, 20_000), notes: [far('ash').slice(0, 9_000)] },
    title: '<id>: Printer is down',
    facts: [
      ['title', 'Title', 'Printer is down'],
      ['status', 'Status', 'new'],
      ['priority', 'Priority', 'P2'],
      ['board', 'Board', 'service'],
      ['company', 'Company', 'Acme'],
      ['technician', 'Assigned technician', 'nobody'],
      ['description', 'Description', 'It smokes.'],
    ],
    varying: ['opened', 'updated', 'note-1'],
    refusedTo: ['nobody'],
    controlPath: 'tickets',
  },
]
