// Tells the stand-ins who the people of the demo tenants are, and puts the demo records there. At each start these are as new.
import { hubTenants } from '../shared/peers/hub/stand-in/people.ts'
import { type Peer, peers } from '../shared/peers/peers.ts'
import type { DemoRecord } from './demo-record.ts'
import { demoRecords } from './demo-records.ts'

/** The demo client, as each product that is read calls it. */
const readable: Readonly<Partial<Record<Peer, string>>> = {
  psa: 'company-fabrikam',
  crm: 'crm-fabrikam',
  cmdb: 'cmdb-fabrikam',
  defend: 'client-fabrikam',
  rmm: 'client-fabrikam',
  books: 'client-fabrikam',
  voice: 'client-fabrikam',
  people: 'client-fabrikam',
}

export const seedRecords = async (settings: Readonly<Record<string, string>>, now: Date): Promise<void> => {
  const put = async (peer: Peer, path: string, tenantId: string, body: unknown): Promise<void> => {
    const url = `${settings[peers[peer].url]}/_control/${path}?${new URLSearchParams({ tenantId }).toString()}`
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    })
    if (!response.ok) throw new Error(`The ${peers[peer].name} stand-in refused ${path} with ${response.status}.`)
  }
  await Promise.all(
    hubTenants.flatMap(({ id: tenantId, people }) => [
      ...(Object.entries(readable) as [Peer, string][]).map(([peer, clientId]) => {
        // A viewer sees the demo client and no other.
        const readers = people.map(({ id: userId, orgRole: role }) => ({
          userId,
          role,
          clientIds: role === 'viewer' ? [clientId] : null,
        }))
        return put(peer, 'readers', tenantId, { readers })
      }),
      put('cmdb', 'enrichable/asset-fin-srv-02', tenantId, enrichableAsset),
      put('crm', 'enrichable/company/company-fabrikam', tenantId, enrichableCompany),
      put('crm', 'enrichable/contact/contact-ines', tenantId, enrichableContact),
      ...recordsOf(people, now).map(({ peer, kind, id, ...draft }) =>
        put(peer, `records/${kind}/${id}`, tenantId, draft),
      ),
    ]),
  )
}

/** Everybody has the demo client; a profile is of one of the tenant's own people. */
const recordsOf = (people: readonly { readonly id: string }[], now: Date): readonly DemoRecord[] =>
  demoRecords(now).filter(({ peer, id }) => peer !== 'people' || people.some((person) => person.id === id))

/** With a web site in `local/web`, and with little else: what an enrichment can fill. A person has written one of the fields. */
const enrichableCompany = {
  name: 'Fabrikam',
  companyName: 'Fabrikam',
  website: 'https://www.fabrikam-demo.com/',
  emailDomains: ['fabrikam-demo.com'],
  industries: ['Retail', 'Mechanical engineering', 'Packaging machines', 'Health care'],
  fields: [{ field: 'phone', value: '+49 30 1111', origin: 'person' }],
}

/** Who is on that web site as well. */
const enrichableContact = {
  name: 'Ines Okoro',
  companyName: 'Fabrikam',
  website: 'https://www.fabrikam-demo.com/',
  emailDomains: ['fabrikam-demo.com'],
  industries: [],
  fields: [],
}

/** That of the server that RMM and Defend know as well. A person has written one of its fields, and not as RMM has it. */
const enrichableAsset = {
  name: 'fin-srv-02',
  kind: 'device',
  fields: [{ field: 'serialNumber', value: 'SN-4470', origin: 'person' }],
}
