// Records of the other products, read on behalf of a user from stand-ins of these products.
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import type { Context, ContextRead } from '../../../shared/context/context.ts'
import { factLimits } from '../../../shared/context/fact-limits.ts'
import { readContext } from '../../../shared/context/reading.ts'
import { ContextReference, referenceKinds } from '../../../shared/context/reference.ts'
import { type Peer, peers } from '../../../shared/peers/peers.ts'
import type { Services } from '../../../shared/services.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type Example, examples, putExample } from './examples.ts'

const key = 'key-of-the-suite'
type Product = keyof typeof referenceKinds
const products = Object.keys(referenceKinds) as Product[]
const running = new Map<Product, RunningStandIn>()
const url = (product: Product): string => running.get(product)?.url ?? ''

beforeAll(async () => {
  for (const product of products) {
    const { start } = (await import(`../../../shared/peers/${product}/stand-in/stand-in.ts`)) as {
      start: (options: { port: number; keys: readonly string[] }) => Promise<RunningStandIn>
    }
    running.set(product, await start({ port: 0, keys: [key] }))
  }
})
afterAll(async () => void (await Promise.all([...running.values()].map((standIn) => standIn.close()))))

let logged: { event: string; [field: string]: unknown }[] = []
aroundEach((runTest) => {
  logged = []
  return runWithLogSink((_level, line) => logged.push(JSON.parse(line) as (typeof logged)[number]), runTest)
})

const patient = { timeouts: { attemptMs: 3_000, deadlineMs: 3_500 }, retries: { max: 1, initialDelayMs: 1 } }
const impatient = { ...patient, timeouts: { attemptMs: 300, deadlineMs: 600 } }

const forReading = (baseUrl: (product: Product) => string = url, given = key, patience = patient) =>
  Object.fromEntries(
    products.map((product) => {
      const { connect } = peers[product as Peer]
      return [product, () => connect({ ...patience, baseUrl: baseUrl(product), key: () => given })]
    }),
  ) as unknown as Services['forReading']

const read = (
  { product, kind, id }: Pick<ContextReference, 'product' | 'kind' | 'id'>,
  reader = { tenantId: 't1', userId: 'member' },
  services = forReading(),
): Promise<ContextRead> => readContext({ product, kind, id } as ContextReference, reader, { forReading: services })

const control = async (product: Product, method: string, path: string, tenantId: string, body?: unknown) => {
  const response = await fetch(`${url(product)}/_control/${path}?tenantId=${tenantId}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return response
}

const readers = [
  { userId: 'owner', role: 'owner', clientIds: null },
  { userId: 'member', role: 'member', clientIds: null },
  { userId: 'viewer', role: 'viewer', clientIds: null },
  { userId: 'of-acme', role: 'owner', clientIds: ['acme'] },
  { userId: 'of-another', role: 'owner', clientIds: ['another'] },
]

/** What is read for the tenant has an id of its own. */
const given = async (example: Example, tenantId: string): Promise<ContextReference> => {
  await control(example.product, 'PUT', 'readers', tenantId, { readers })
  const id = await putExample(example, {
    tenantId,
    url: url(example.product),
    key,
    control: (method, path, body) => control(example.product, method, path, tenantId, body),
  })
  return { product: example.product, kind: example.kind, id } as ContextReference
}

it('has an example of each kind of record', () => {
  const all = products.flatMap((product) => referenceKinds[product].map((kind) => `${product} ${kind}`))
  expect(examples.map(({ product, kind }) => `${product} ${kind}`).toSorted()).toEqual(all.toSorted())
})

describe.each(examples.map((example) => [`${example.product} ${example.kind}`, example] as const))(
  'a %s',
  (_name, example) => {
    it('is told as facts, with its title and a link', async () => {
      const source = await given(example, 't-told')
      const context = (await read(source, { tenantId: 't-told', userId: 'owner' })) as Context
      expect(context).toMatchObject({ kind: 'read', source, name: example.name, isCut: false })
      expect(context.title.replaceAll(source.id, '<id>')).toBe(example.title)
      expect(context.url.startsWith(url(example.product))).toBe(true)
      const facts = context.facts.filter(({ id }) => !example.varying.includes(id))
      expect(facts.map(({ id, label, text }) => [id, label, text])).toEqual(example.facts)
      expect(new Set(context.facts.map(({ id }) => id)).size).toBe(context.facts.length)
      expect((await fetch(context.url)).status).toBe(200)
    })

    it('is refused to who has too low a role, and to who is not known there', async () => {
      const source = await given(example, 't-role')
      for (const userId of example.refusedTo)
        expect(await read(source, { tenantId: 't-role', userId })).toEqual({
          kind: 'refused',
          source,
          name: example.name,
          reason: 'not-allowed',
        })
      expect(logged.filter(({ event }) => event === 'context.not_read')).toHaveLength(example.refusedTo.length)
    })

    it('is shown to people of its client, and refused to those of another', async () => {
      const source = await given(example, 't-client')
      expect(await read(source, { tenantId: 't-client', userId: 'of-acme' })).toMatchObject({ kind: 'read' })
      const refused = await read(source, { tenantId: 't-client', userId: 'of-another' })
      expect(refused).toMatchObject({ kind: 'refused', reason: 'not-allowed' })
    })

    it('of another tenant is not found', async () => {
      const source = await given(example, 't-other')
      await control(example.product, 'PUT', 'readers', 't-own', { readers })
      expect(await read(source, { tenantId: 't-own', userId: 'owner' })).toMatchObject({ reason: 'not-found' })
    })

    it('that is gone is not found', async () => {
      const source = await given(example, 't-gone')
      expect(await read(source, { tenantId: 't-gone', userId: 'owner' })).toMatchObject({ kind: 'read' })
      await control(example.product, 'DELETE', `${example.controlPath}/${source.id}`, 't-gone')
      expect(await read(source, { tenantId: 't-gone', userId: 'owner' })).toMatchObject({ reason: 'not-found' })
    })

    it('cannot be had while the product is away, is too slow, or refuses our key', async () => {
      const source = await given(example, 't-away')
      const reader = { tenantId: 't-away', userId: 'owner' }
      const unavailable = { kind: 'refused', source, name: example.name, reason: 'unavailable' }
      const away = forReading(() => 'http://127.0.0.1:9')
      expect(await read(source, reader, away)).toEqual(unavailable)
      expect(await read(source, reader, forReading(url, 'key-of-nobody'))).toEqual(unavailable)
      const fault = { kind: 'hang', operation: example.operation }
      await control(example.product, 'PUT', 'faults', 't-away', [fault])
      const since = performance.now()
      expect(await read(source, reader, forReading(url, key, impatient))).toEqual(unavailable)
      expect(performance.now() - since).toBeLessThan(2_000)
    })

    it('with texts beyond measure is cut, and says so', async () => {
      const source = await given({ ...example, record: example.huge }, 't-huge')
      const context = (await read(source, { tenantId: 't-huge', userId: 'owner' })) as Context
      expect(context).toMatchObject({ kind: 'read', isCut: true })
      expect(context.facts.length).toBeGreaterThan(0)
      expect(context.facts.length).toBeLessThanOrEqual(factLimits.facts)
      const lengths = context.facts.map(({ text }) => text.length)
      expect(Math.max(...lengths)).toBeLessThanOrEqual(factLimits.text)
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(factLimits.texts)
    })
  },
)

const ofKind = (product: Product, kind: string): Example => {
  const example = examples.find((one) => one.product === product && one.kind === kind)
  if (!example) throw new Error(`There is no example of ${product} ${kind}.`)
  return example
}

it('is not found under an id that no record can have', async () => {
  for (const id of ['.', '..', '\ud800']) {
    const context = await read({ product: 'psa', kind: 'ticket', id })
    expect(context).toMatchObject({ kind: 'refused', reason: 'not-found' })
  }
})

it('has no internal notes for who sees none in PSA, and the newest first', async () => {
  const example = ofKind('psa', 'ticket')
  const source = await given({ ...example, record: { ...example.record, notes: ['public', 'internal'] } }, 't-notes')
  const notesFor = async (userId: string) => {
    const context = (await read(source, { tenantId: 't-notes', userId })) as Context
    return context.facts.flatMap(({ id, label, text }) =>
      id.startsWith('note') ? [`${label.split(' of ')[0]}: ${text}`] : [],
    )
  }
  expect(await notesFor('member')).toEqual(['Internal note: internal', 'Note: public'])
  expect(await notesFor('viewer')).toEqual(['Note: public'])
})

it('has what was said last of a long call, under its number in the call', async () => {
  const example = ofKind('voice', 'call')
  const transcript = Array.from({ length: 500 }, (_, index) => ({
    at: '2026-11-22T10:00:00.000Z',
    speaker: 'Ann',
    text: `${index + 1} ${'x'.repeat(290)}`,
  }))
  const source = await given({ ...example, record: { ...example.record, transcript } }, 't-long')
  const context = (await read(source, { tenantId: 't-long', userId: 'member' })) as Context
  const lines = context.facts.filter(({ id }) => id.startsWith('said-'))
  expect(context.isCut).toBe(true)
  expect(lines.at(-1)).toMatchObject({ id: 'said-500', text: expect.stringMatching(/^Ann: 500 /) as string })
  const leftOut = 500 - lines.length
  expect(lines[0]).toMatchObject({
    id: `said-${leftOut + 1}`,
    text: expect.stringMatching(`^Ann: ${leftOut + 1} `) as string,
  })
  expect(context.facts.find(({ id }) => id === 'left-out')?.text).toBe(String(leftOut))
  expect(lines.length).toBeGreaterThan(90)
})

it('of oneself is shown in People, whatever one’s role', async () => {
  const example = ofKind('people', 'profile')
  await control('people', 'PUT', 'readers', 't-self', { readers })
  const draft = { clientId: null, record: example.record }
  await control('people', 'PUT', 'records/profile/viewer', 't-self', draft)
  const own = { product: 'people', kind: 'profile', id: 'viewer' } as const
  expect(await read(own, { tenantId: 't-self', userId: 'viewer' })).toMatchObject({ kind: 'read' })
  expect(await read(own, { tenantId: 't-self', userId: 'member' })).toMatchObject({ reason: 'not-allowed' })
})

it('has nothing invisible in its texts: orders that only a model reads are written so', async () => {
  const example = ofKind('defend', 'detection')
  const hidden = 'Quiet\u{e0069}\u{e0067}\u202e\u200b night'
  const source = await given({ ...example, record: { ...example.record, title: hidden, summary: hidden } }, 't-hidden')
  const context = (await read(source, { tenantId: 't-hidden', userId: 'member' })) as Context
  expect(context.title).toBe('Quiet night')
  expect(context.facts.find(({ id }) => id === 'summary')?.text).toBe('Quiet night')
})

describe('a reference', () => {
  it('names a kind of record that its product has', () => {
    for (const [product, kinds] of Object.entries(referenceKinds))
      for (const kind of kinds)
        expect(ContextReference.parse({ product, kind, id: 'r1' })).toEqual({ product, kind, id: 'r1' })
  })

  it.each([
    ['a kind of another product', { product: 'psa', kind: 'invoice', id: 'r1' }],
    ['a product that is not read', { product: 'hub', kind: 'user', id: 'r1' }],
    ['an organization', { product: 'psa', kind: 'ticket', id: 'r1', tenantId: 't2' }],
    ['a user', { product: 'psa', kind: 'ticket', id: 'r1', userId: 'owner' }],
  ])('names not %s', (_, reference) => {
    expect(ContextReference.safeParse(reference).success).toBe(false)
  })
})
