// Exports or deletes what is kept of an organization, one of its clients, or a person (R12), with the settings of the environment:
// npm run data:export -- --tenant <id> [--client <id> | --person <id>] --out <file>
// npm run data:delete -- --tenant <id> [--client <id> | --person <id>] [--confirm <id>] [--while-active]
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../shared/config/config.ts'
import { deleteData } from '../../shared/data-rights/deletion.ts'
import { exportedLines } from '../../shared/data-rights/export.ts'
import type { Search } from '../../shared/data-rights/owned-rows.ts'
import type { Subject } from '../../shared/data-rights/subject.ts'
import { deleteSecrets } from '../../shared/data-rights/vault-secrets.ts'
import { isSuspended } from '../../shared/peers/hub/vocabulary.ts'
import { type Services, createServices } from '../../shared/services.ts'
import { runWithLogSink } from '../../shared/telemetry/log.ts'
import { tables } from './tables.ts'

type Order = {
  readonly subject: Subject
  readonly out: string | undefined
  readonly confirm: string | undefined
  readonly whileActive: boolean
}

const usage =
  'Say export --out <file> or delete [--confirm <id>] [--while-active], --tenant <id>, and --client <id> or --person <id>.'

const orderFrom = (args: readonly string[]): Order => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const options = { tenant: text, client: text, person: text, out: text, confirm: text, 'while-active': flag }
  const { values } = parseArgs({ args: [...args], options })
  const { tenant: tenantId, client, person, out, confirm, 'while-active': whileActive } = values
  if (!tenantId || (client !== undefined && person !== undefined)) throw new Error(usage)
  const id = client ?? person
  if (id === '') throw new Error(usage)
  const subject: Subject =
    id === undefined ? { kind: 'tenant', tenantId } : { kind: client === undefined ? 'person' : 'client', tenantId, id }
  return { subject, out, confirm, whileActive }
}

const record = async (services: Services, { subject }: Order, action: 'data.exported' | 'data.deleted') => {
  const audit = await services.audit()
  const id = 'id' in subject ? subject.id : subject.tenantId
  await audit.append(subject.tenantId, {
    action,
    outcome: 'asked',
    actor: `function:${action === 'data.exported' ? 'data-export' : 'data-delete'}`,
    subjects: [subject.kind === 'person' ? `user:${id}` : id],
    facts: { of: subject.kind },
  })
}

const exportTo = async (services: Services, search: Search, order: Order): Promise<void> => {
  if (order.out === undefined) throw new Error(usage)
  await record(services, order, 'data.exported')
  // For nobody but who asked; a file that is there is not written over.
  await pipeline(exportedLines(search), createWriteStream(order.out, { mode: 0o600, flags: 'wx' }))
  console.log(`Written to ${order.out}.`)
}

const deleteAll = async (services: Services, search: Search, order: Order): Promise<void> => {
  const { subject, confirm } = order
  const id = 'id' in subject ? subject.id : subject.tenantId
  const isDry = confirm === undefined
  if (!isDry && confirm !== id) throw new Error(`--confirm has to repeat the id of the ${subject.kind}: ${id}.`)
  if (!isDry) {
    await refuseActive(services, order)
    await record(services, order, 'data.deleted')
  }
  const secrets =
    subject.kind === 'tenant' && (await deleteSecrets((await services.tenantSecrets()).vault, subject, { isDry }))
  const report = await deleteData(search, { isDry })
  console.log(JSON.stringify({ ...report, ...(secrets && { secrets }) }, null, 2))
  if (isDry) console.log(`Nothing was changed. Add --confirm ${id} to delete this.`)
  if (report.overtaken === 0) return
  console.error('Some rows were changed by others meanwhile. Run it again.')
  process.exitCode = 1
}

/** Its products would write anew what was deleted, and its people would lose what they work with. */
const refuseActive = async (services: Services, { subject, whileActive }: Order): Promise<void> => {
  if (subject.kind !== 'tenant' || whileActive) return
  const organization = await (await services.hub()).getOrganization(subject.tenantId)
  if (organization === undefined || isSuspended(organization)) return
  throw new Error(
    `Hub still has the organization ${subject.tenantId} active. Have it suspended or deleted there first, or add --while-active.`,
  )
}

const main = async ([command, ...args]: readonly string[]): Promise<void> => {
  const order = orderFrom(args)
  const services = createServices(loadConfig(process.env))
  const search = { store: services.store(), tables, subject: order.subject, now: services.now() }
  if (command === 'export') await exportTo(services, search, order)
  else if (command === 'delete') await deleteAll(services, search, order)
  else throw new Error(usage)
  await services.close()
}

// What is written to stdout is the report alone.
await runWithLogSink(
  (_, line) => console.error(line),
  () => main(process.argv.slice(2)),
)
