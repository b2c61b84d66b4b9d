// Plants secrets of every kind in every input of the suite, one in a place, and looks for them afterwards in all that the run left behind:
// answers, logs, tables, histories of orchestrations, queues, blobs, and what other products were told.
import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type * as z from 'zod'
import { all } from '../../functions/apps/all.ts'
import { publisherKeys } from '../../local/stand-ins/publisher-keys.ts'
import { catalogue, eventNames } from '../../shared/bus/catalogue.ts'
import { createStore } from '../../shared/store/store.ts'
import type { HttpDefinition } from '../../shared/triggers/http.ts'
import { schemaOf } from '../../shared/triggers/schema-source.ts'
import { newClient, newTenantId } from '../support/browser-client.ts'
import { eventOf } from '../support/bus-events.ts'
import { detection } from '../support/detections.ts'
import { call, investigation, startEvidencing } from '../support/evidence.ts'
import { eventually } from '../support/eventually.ts'
import { filled, textPaths } from '../support/filled-schema.ts'
import { vulnerability } from '../support/findings.ts'
import { hubControl } from '../support/hub-control.ts'
import { watchQueues } from '../support/queue-watch.ts'
import { samplePathOf } from '../support/sample-path.ts'
import { secretSamples } from '../support/secret-samples.ts'
import { storedText } from '../support/stored-text.ts'
import { createTextSearch } from '../support/text-search.ts'
import { isLong, someOf } from '../support/thoroughness.ts'
import { startTicketing } from '../support/ticketing.ts'
import { welcome } from '../support/welcome.ts'
import { recommendation, startProjecting } from './code/projects/projecting.ts'

const { urls, settings, dataFolder } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const tenantId = newTenantId()
const definitions = all.definitions.filter((definition) => definition.kind === 'http')

/** What was planted, and where; `raw` where the broker rightly holds it until it is handled. */
type Planted = { readonly spellings: readonly string[]; readonly where: string; readonly isMessage: boolean }
const planted: Planted[] = []
const kinds = Object.keys(secretSamples())
let turn = 0

/** Every spelling in which it may be found. */
const spellingsOf = (value: string): readonly string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1),
]

/** A fresh secret of the next kind, as it stands in a sentence. */
const plant = (where: string, isMessage = false): string => {
  const kind = kinds[turn % kinds.length] ?? ''
  turn += 1
  const sample = secretSamples()[kind]
  if (!sample) throw new Error(`There is no sample of ${kind}.`)
  planted.push({ spellings: spellingsOf(sample.value), where: `${where}: ${kind}`, isMessage })
  return sample.text
}

type FoundIn = (text: string, place: string) => readonly string[]
const searchFor = (which: readonly Planted[]): FoundIn => {
  const search = createTextSearch(which.flatMap(({ spellings }) => spellings))
  return (text, place) => {
    const found = search(text)
    const leaked = found.size === 0 ? [] : which.filter(({ spellings }) => spellings.some((said) => found.has(said)))
    return leaked.map(({ where }) => `${place} has ${where}`)
  }
}

const leaks: string[] = []
const answers = async (response: Response, place: string): Promise<void> => {
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
  const text = `${JSON.stringify(headers)}\n${await response.text()}`
  leaks.push(...searchFor(planted.slice(-40))(text, `The answer of ${place}`))
}

const credentials = new Map<string, Record<string, string>>()
const callerOf = async (definition: HttpDefinition) => {
  const [rule] = definition.callers
  const id = JSON.stringify(rule)
  const known = credentials.get(id) ?? (await welcome({ urls, store, tenantId }, definition))
  if (!definition.name.endsWith('-session')) credentials.set(id, known)
  return newClient(urls, known)
}

const jsonType = { 'content-type': 'application/json' }
type Sent = { readonly path?: string; readonly headers?: Record<string, string>; readonly body?: unknown }
const send = async (definition: HttpDefinition, sent: Sent): Promise<void> => {
  const client = await callerOf(definition)
  const response = await client.fetch(sent.path ?? samplePathOf(definition), {
    method: definition.method,
    headers: { ...sent.headers, ...(sent.body !== undefined && jsonType) },
    ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
  })
  await answers(response, definition.name)
}

const schemaFor = async (
  definition: HttpDefinition,
  where: 'params' | 'query' | 'body',
): Promise<z.ZodType | undefined> => {
  const source = definition[where]
  return source && schemaOf(source)
}

const plantInBody = async (definition: HttpDefinition): Promise<void> => {
  const schema = await schemaFor(definition, 'body')
  if (!schema) return
  // The form whose ids stand in the query does the same with a body.
  for (const path of someOf(textPaths(schema, 'body'), definition.pathForm === undefined ? 3 : 2)) {
    const text = plant(`${definition.name} ${path}`)
    await send(definition, { body: filled(schema, 'body', (at) => (at === path ? text : undefined)) })
  }
  await send(definition, { body: { [plant(`${definition.name} an unknown member`)]: 1 } })
}

const plantInAddress = async (definition: HttpDefinition): Promise<void> => {
  const query = await schemaFor(definition, 'query')
  for (const path of query ? textPaths(query, 'query') : []) {
    const name = path.split('.')[1] ?? ''
    const more = new URLSearchParams({ [name]: plant(`${definition.name} ${path}`) }).toString()
    const own = samplePathOf(definition)
    await send(definition, { path: `${own}${own.includes('?') ? '&' : '?'}${more}` })
  }
  for (const [part] of definition.route.matchAll(/\{\w+\}/g)) {
    const text = encodeURIComponent(plant(`${definition.name} ${part}`))
    const others = definition.route.replace(part, text).replaceAll(/\{\w+\}/g, 'sample')
    await send(definition, { path: `/api/${others}` })
  }
}

const headerNames = [
  'idempotency-key',
  'x-correlation-id',
  'user-agent',
  'referer',
  'origin',
  'accept-language',
  'traceparent',
]
const credentialNames = ['authorization', 'x-integration-key', 'cookie'] as const

const plantInHeaders = async (definition: HttpDefinition): Promise<void> => {
  // A header is bytes: letters beyond ASCII come as UTF-8.
  const oneLine = (where: string): string =>
    Buffer.from(plant(`${definition.name} ${where}`).replaceAll(/\p{Cc}+/gu, ' ')).toString('latin1')
  for (const name of headerNames) await send(definition, { headers: { [name]: oneLine(name) } })
  for (const name of credentialNames) {
    const prefix = { authorization: 'Bearer ', cookie: 'code_session=', 'x-integration-key': '' }[name]
    const headers = { [name]: `${prefix}${oneLine(name)}` }
    await answers(await newClient(urls, headers).fetch(samplePathOf(definition), { method: definition.method }), name)
  }
}

/** A kind for each time that so many texts are planted at once: all kinds have had their turn then. */
const kindsBy = (texts: number): readonly string[] => kinds.filter((_, index) => isLong || index % texts === 0)

/** Texts that are taken, so that tickets, projects and their orchestrations come of them. */
const plantInWork = async (): Promise<void> => {
  const ticketing = await startTicketing({ urls, settings }, { tenantId })
  const projecting = await startProjecting({ urls, settings })
  // Three texts each: every kind is planted once, in a long run three times.
  for (const kind of kindsBy(3)) {
    const text = (where: string) => plant(`${where} that is taken (${kind})`)
    const finding = vulnerability({
      title: text('a title'),
      description: text('a description'),
      remediation: [text('a step')],
    })
    await answers(await ticketing.post(finding), 'filing')
  }
  for (let count = 0; count < (isLong ? 6 : 2); count += 1) {
    const steps = [{ title: plant('the title of a step'), description: plant('the description of a step') }]
    const given = { ...recommendation(), title: plant('a recommendation'), summary: plant('a summary'), steps }
    await answers(await projecting.client.send('POST', '/api/code/projects', given), 'a project')
  }
}

const toBus = (publisher: keyof typeof publisherKeys, event: unknown): Promise<Response> =>
  fetch(`${urls.bus}/v1/events`, {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json', 'x-integration-key': publisherKeys[publisher] },
  })

const plantInMessages = async (): Promise<void> => {
  for (const kind of kindsBy(4)) {
    const text = (member: string) => plant(`a detection's ${member} (${kind})`, true)
    const data = detection({
      title: text('title'),
      summary: text('summary'),
      remediation: [text('remediation')],
      url: text('url'),
    })
    await toBus('defend', eventOf({ type: 'defend.detection.created', tenantId, data }))
  }
  const { defend, voice } = await startEvidencing({ urls, settings }, { tenantId })
  // Who tells of something that is not there is asked again for a day.
  await defend.put('investigation', investigation(), null, idIn('defend.investigation.opened', 'investigation_id'))
  await voice.put('call', call(), null, idIn('voice.call.ended', 'call_id'))
  for (const name of eventNames) {
    const { publisher, data } = catalogue[name]
    // Ids stay what they are, or nothing would be found by them again.
    for (const path of someOf(
      textPaths(data, 'data').filter((member) => !member.endsWith('_id')),
      3,
    )) {
      const text = plant(`${name} ${path}`, true)
      // A batch that comes again with other words is refused and parked, as it came.
      const own = new Map([
        [path, text],
        ['data.batch_id', randomUUID()],
      ])
      const value = filled(data, 'data', (at) => own.get(at)) as never
      if (publisher in publisherKeys)
        await toBus(
          publisher as keyof typeof publisherKeys,
          eventOf({ type: name, tenantId, data: value, id: randomUUID() }),
        )
    }
  }
}

/** The id that every event of this kind is given here. */
const idIn = (name: (typeof eventNames)[number], member: string): string =>
  String(Reflect.get(filled(catalogue[name].data, 'data', () => undefined) as object, member))

/** What the broker and the bus hold of messages is what was sent to them. */
const ofOthers = /service-bus\/|peers\/bus|key-vault/

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) yield join(entry.parentPath, entry.name)
}

beforeAll(async () => {
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'psa', 'code', 'ai', 'defend', 'crm'] })
})

describe('a secret that is planted in an input', () => {
  it('is in nothing that the suite answers, logs, keeps or tells', { timeout: 600_000 }, async () => {
    for (const definition of definitions) {
      await plantInBody(definition)
      await plantInAddress(definition)
    }
    for (const definition of definitions.filter((_, index) => isLong || index % 9 === 0))
      await plantInHeaders(definition)
    await plantInWork()
    await plantInMessages()
    expect(new Set(planted.map(({ where }) => where.split(': ').at(-1))).size).toBeGreaterThan(30)

    const queues = watchQueues(settings['SERVICE_BUS'] ?? '')
    await eventually(
      queues.left,
      (left) => Object.keys(left).every((name) => name.endsWith('$DeadLetterQueue')),
      120_000,
    )
    await queues.close()
    // Storage and logs reach the disk a few seconds later.
    await sleep(6_000)
    const tables = await storedText(settings['DATA_STORAGE'] ?? '')
    expect(tables.length).toBeGreaterThan(100_000)
    const foundIn = searchFor(planted)
    const foundWithOthers = searchFor(planted.filter(({ isMessage }) => !isMessage))
    leaks.push(...foundIn(tables, 'A table'))
    for (const file of filesBelow(dataFolder)) {
      const found = ofOthers.test(file) ? foundWithOthers : foundIn
      leaks.push(...found(readFileSync(file, 'latin1'), file.slice(dataFolder.length)))
    }
    expect(leaks).toEqual([])
  })
})
