// Exports or deletes what is kept of an organization, one of its clients, or a person (R12), with the settings of the environment:
// npm run data:export -- --tenant <id> [--client <id> | --person <id>] --out <file>
// npm run data:delete -- --tenant <id> [--client <id> | --person <id>] [--confirm <id>] [--while-active]
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type Given, UsageError, runCommand } from '../../shared/command-line.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { deleteData } from '../../shared/data-rights/deletion.ts'
import { exportedLines } from '../../shared/data-rights/export.ts'
import { type Search, ownedRows } from '../../shared/data-rights/owned-rows.ts'
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

const usage = `Usage: npm run data:export -- --tenant <id> [--client <id> | --person <id>] --out <file>
       npm run data:delete -- --tenant <id> [--client <id> | --person <id>] [--confirm <id>] [--while-active]

  --tenant         The organization.
  --client         Only what is kept of this client of it.
  --person         Only what is kept of this person in it.
  --out            Where the export is written: a file that is not there yet.
  --confirm        Delete: it repeats the last id. Without it nothing is changed, and what would be is counted.
  --while-active   Delete although Hub still has the organization active.

The environment has the settings (docs/deployment.md, "Working on data").`

const text = { type: 'string' } as const
const options = {
  tenant: text,
  client: text,
  person: text,
  out: text,
  confirm: text,
  'while-active': { type: 'boolean', default: false },
} as const

const orderFrom = (command: string, values: Given<typeof options>['values']): Order => {
  const { tenant: tenantId, client, person, out, confirm, 'while-active': whileActive } = values
  if (!tenantId) throw new UsageError('--tenant is missing.')
  if (client !== undefined && person !== undefined) throw new UsageError('Give --client or --person, not both.')
  const id = client ?? person
  if (id === '') throw new UsageError('The id after --client or --person is empty.')
  if (command === 'export' && !out) throw new UsageError('--out is missing.')
  if (command === 'export' && (confirm !== undefined || whileActive))
    throw new UsageError('--confirm and --while-active are for data:delete.')
  if (command === 'delete' && out !== undefined) throw new UsageError('--out is for data:export.')
  const subject: Subject =
    id === undefined ? { kind: 'tenant', tenantId } : { kind: client === undefined ? 'person' : 'client', tenantId, id }
  if (confirm !== undefined && confirm !== idOf(subject))
    throw new UsageError(`--confirm has to repeat the id of the ${subject.kind}: ${idOf(subject)}.`)
  return { subject, out, confirm, whileActive }
}

const idOf = (subject: Subject): string => ('id' in subject ? subject.id : subject.tenantId)

/** A mistyped id would get an audit log, and be told that all of it is gone. */
const requireKnown = async (search: Search): Promise<void> => {
  const { tenantId } = search.subject
  const whole: Search = { ...search, subject: { kind: 'tenant', tenantId } }
  for await (const _ of ownedRows(whole, () => {})) return
  throw new Error(`Nothing is kept of an organization ${tenantId}. Check the id after --tenant.`)
}

const record = async (services: Services, { subject }: Order, action: 'data.exported' | 'data.deleted') => {
  const audit = await services.audit()
  const id = idOf(subject)
  await audit.append(subject.tenantId, {
    action,
    outcome: 'asked',
    actor: `function:${action === 'data.exported' ? 'data-export' : 'data-delete'}`,
    subjects: [subject.kind === 'person' ? `user:${id}` : id],
    facts: { of: subject.kind },
  })
}

const exportTo = async (services: Services, search: Search, order: Order): Promise<void> => {
  await record(services, order, 'data.exported')
  // For nobody but who asked; a file that is there is not written over.
  const file = createWriteStream(order.out ?? '', { mode: 0o600, flags: 'wx' })
  await pipeline(exportedLines(search), file).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new Error(`${order.out} is there already. Name another file with --out, or remove it.`, { cause })
  })
  console.log(`Written to ${order.out}.`)
}

/** @returns whether all is gone */
const deleteAll = async (services: Services, search: Search, order: Order): Promise<boolean> => {
  const { subject, confirm } = order
  const isDry = confirm === undefined
  if (!isDry) {
    await refuseActive(services, order)
    await record(services, order, 'data.deleted')
  }
  const secrets =
    subject.kind === 'tenant' && (await deleteSecrets((await services.tenantSecrets()).vault, subject, { isDry }))
  const report = await deleteData(search, { isDry })
  console.log(JSON.stringify({ ...report, ...(secrets && { secrets }) }, null, 2))
  if (isDry) console.log(`Nothing was changed. Add --confirm ${idOf(subject)} to delete this.`)
  if (report.overtaken > 0) console.error('Some rows were changed by others meanwhile. Run it again.')
  const isDamaged = Object.keys(report.damaged).length > 0
  if (isDamaged)
    console.error(
      'Some rows cannot be read, so that nobody knows whose they are. The lines "data.row.damaged" above say where they stand: restore or delete them by hand, and run it again.',
    )
  return report.overtaken === 0 && !isDamaged
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

const work = async (order: Order, isExport: boolean): Promise<boolean> => {
  const services = createServices(loadConfig(process.env))
  const search = { store: services.store(), tables, subject: order.subject, now: services.now() }
  await requireKnown(search)
  if (isExport) await exportTo(services, search, order)
  const isDone = isExport || (await deleteAll(services, search, order))
  await services.close()
  return isDone
}

// What is written to stdout is the report alone.
await runWithLogSink(
  (_, line) => console.error(line),
  () =>
    runCommand({ usage, options, takesNames: true }, async ({ names: [command = '', ...more], values }) => {
      if (!/^(?:export|delete)$/.test(command)) throw new UsageError(`"${command}" is neither export nor delete.`)
      if (more.length > 0) throw new UsageError(`Unexpected argument '${more[0]}'.`)
      return work(orderFrom(command, values), command === 'export')
    }),
)
