// Records of a tenant in the stand-ins, and who may see them, for conversations about them.
import { demoRecords } from '../../../../local/demo-records.ts'

const client = 'client-fabrikam'
type Product = 'rmm' | 'books'
type Urls = Readonly<Record<Product, string>>

export const device = { product: 'rmm', kind: 'device', id: 'device-0042' } as const
export const invoice = { product: 'books', kind: 'invoice', id: 'invoice-0117' } as const

export const recordsOf = (urls: Urls, tenantId: string) => {
  const put = async (product: Product, path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${urls[product]}/_control/${path}?tenantId=${tenantId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${product} refused ${path}: ${await response.text()}`)
  }
  return {
    /** The device and the invoice of the demo, with more members of the device's record if there are any. */
    put: async (more: object = {}): Promise<void> => {
      for (const { peer, kind, id, clientId, record } of demoRecords(new Date()))
        if ((peer === 'rmm' && id === device.id) || (peer === 'books' && id === invoice.id))
          await put(peer, `records/${kind}/${id}`, {
            clientId,
            record: id === device.id ? { ...record, ...more } : record,
          })
    },
    allow: (product: Product, userId: string, isAllowed = true): Promise<void> =>
      put(product, 'readers', { readers: [{ userId, role: 'owner', clientIds: isAllowed ? [client] : ['another'] }] }),
  }
}
