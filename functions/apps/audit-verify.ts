// Says whether anybody has changed an audit log, and where it broke (R11): that of an exported file, or that of the tables.
// npm run audit:verify -- --tenant <id> --file <export.jsonl> --keys <keys.json>
// npm run audit:verify -- --tenant <id>
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { linesOf } from '../../shared/audit-log/export.ts'
import { type VerifyingKeys, verifyingKeysOf } from '../../shared/audit-log/head-signature.ts'
import { type AuditVerdict, walkLog } from '../../shared/audit-log/log-walk.ts'
import { signingKeys } from '../../shared/audit-log/signing-keys.ts'
import { verifyAuditLog } from '../../shared/audit-log/verification.ts'
import { UsageError, runCommand } from '../../shared/command-line.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { createServices } from '../../shared/services.ts'
import { shownVerdict } from '../governance/audit/verdict.ts'

const usage = `Usage: npm run audit:verify -- --tenant <id> [--file <export.jsonl> --keys <keys.json>]

  --tenant   The organization.
  --file     An exported log. Default: the log as the tables have it.
  --keys     For a file, what GET /api/ai/governance/audit/keys answers.

Ends with 1 when somebody has changed the log.`

/** Entries of the tables that are verified before the next are read. */
const entriesAtOnce = 5_000

const keysFrom = (file: string): VerifyingKeys => {
  const { keys } = z
    .object({ keys: z.array(z.object({ x: z.string() })) })
    .parse(JSON.parse(readFileSync(file, 'utf8')))
  return verifyingKeysOf(keys.map(({ x }) => x))
}

async function* verdictsOfFile(tenantId: string, file: string, keys: VerifyingKeys): AsyncGenerator<AuditVerdict> {
  const texts = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
  yield await walkLog(linesOf(texts, tenantId), { tenantId, keys, entriesMax: Infinity })
}

/** One after the other, until the oldest entry. */
async function* verdictsOfTables(tenantId: string): AsyncGenerator<AuditVerdict> {
  const services = createServices(loadConfig(process.env))
  const keys = (await signingKeys(services)).verifying
  const input = { store: services.store(), tenantId, keys, entriesMax: entriesAtOnce, now: services.now() }
  let verdict = await verifyAuditLog(input)
  yield verdict
  while (verdict.next) {
    verdict = await verifyAuditLog({ ...input, from: verdict.next })
    yield verdict
  }
  await services.close()
}

const text = { type: 'string' } as const
const options = { tenant: text, file: text, keys: text } as const

await runCommand({ usage, options }, async ({ values: { tenant, file, keys } }) => {
  if (!tenant) throw new UsageError('--tenant is missing.')
  if ((file === undefined) !== (keys === undefined))
    throw new UsageError('--file and --keys belong together: give both, or neither.')
  const verdicts =
    file !== undefined && keys !== undefined ? verdictsOfFile(tenant, file, keysFrom(keys)) : verdictsOfTables(tenant)
  let isIntact = true
  let checked = 0
  for await (const verdict of verdicts) {
    checked += verdict.checked
    isIntact &&= verdict.intact
    if (!verdict.intact) console.log(JSON.stringify(shownVerdict(verdict), null, 2))
  }
  console.log(`${checked} entries of ${tenant}: ${isIntact ? 'nothing was changed' : 'somebody has changed the log'}.`)
  return isIntact
})
