// The command that verifies an audit log: an exported file, as whoever has it may have changed it, and the tables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { createAuditLog } from '../../../shared/audit-log/audit-log.ts'
import { auditLogTable } from '../../../shared/audit-log/audit-table.ts'
import { exportLines } from '../../../shared/audit-log/export.ts'
import { headKeysOf, publicKeyText } from '../../../shared/audit-log/head-signature.ts'
import { logLines } from '../../../shared/audit-log/log-lines.ts'
import { createStore } from '../../../shared/store/store.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { programAt } from '../../support/program.ts'
import { settingsChanged } from '../../shared/audit-log/logs.ts'

const { settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const keys = headKeysOf(settings['AUDIT_SIGNING_KEY'] ?? '')
const log = createAuditLog({ store, now: () => new Date(), keys: async () => keys })

const folder = mkdtempSync(join(tmpdir(), 'audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const keysFile = written(
  'keys.json',
  JSON.stringify({ keys: [...keys.verifying].map(([kid, key]) => ({ x: publicKeyText(key), kid })) }),
)

const run = programAt('functions/apps/audit-verify.ts', settings)

const filled = async (count: number): Promise<string> => {
  const tenantId = newTenantId()
  for (let index = 0; index < count; index += 1) await log.append(tenantId, settingsChanged)
  return tenantId
}
const exported = async (tenantId: string): Promise<readonly string[]> =>
  (await exportLines(logLines({ store, tenantId, now: new Date() }), { limit: 100 })).text.trimEnd().split('\n')

describe('the command that verifies an audit log', () => {
  it(
    'says of a file that nothing was changed, and else which entry was, or what is missing',
    { timeout: 120_000 },
    async () => {
      const tenantId = await filled(4)
      const lines = await exported(tenantId)
      const verify = (name: string, changed: readonly string[], of = tenantId) =>
        run('--tenant', of, '--file', written(name, `${changed.join('\n')}\n`), '--keys', keysFile)
      const isEntry = (line: string, seq: number): boolean =>
        line.includes('"kind":"entry"') && line.includes(`"seq":${seq},`)
      expect(lines.filter((line) => isEntry(line, 3))).toHaveLength(1)

      const whole = await verify('whole.jsonl', lines)
      expect(whole).toMatchObject({ code: 0, stdout: `4 entries of ${tenantId}: nothing was changed.\n` })
      const changed = lines.map((line) => (isEntry(line, 3) ? line.replace('user:mia', 'user:tom') : line))
      const dropped = lines.filter((line) => !isEntry(line, 2))
      const cut = lines.filter((line) => !isEntry(line, 1))
      const headless = lines.filter((line) => !line.includes('"kind":"head"'))
      for (const [name, given, fault, seq] of [
        ['changed', changed, 'entry-changed', 3],
        ['dropped', dropped, 'entry-missing', 2],
        ['cut', cut, 'entry-missing', 1],
        ['headless', headless, 'head-missing', 4],
      ] as const) {
        const { code, stdout } = await verify(`${name}.jsonl`, given)
        expect([name, code, stdout]).toEqual([
          name,
          1,
          expect.stringContaining(`"fault": "${fault}",\n  "seq": ${seq}`),
        ])
        expect(stdout).toContain('somebody has changed the log')
      }
      // The log of somebody else is none of the organization's, whatever it says of itself.
      const other = newTenantId()
      expect(await verify('other.jsonl', lines, other)).toMatchObject({ code: 1 })
      const renamed = [lines[0]?.replaceAll(tenantId, other) ?? '', ...lines.slice(1)]
      expect(await verify('renamed.jsonl', renamed, other)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('"fault": "head-forged"') as string,
      })
      const { code, stderr } = await verify('half.jsonl', [...lines.slice(0, -1), lines.at(-1)?.slice(0, 40) ?? ''])
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(`Line ${lines.length} is none of an exported audit log`),
      ])
    },
  )

  it('verifies the tables to the oldest entry, and names the entry that is missing', { timeout: 120_000 }, async () => {
    const tenantId = await filled(3)
    expect(await run('--tenant', tenantId)).toMatchObject({
      code: 0,
      stdout: `3 entries of ${tenantId}: nothing was changed.\n`,
    })
    const rows = store.open(auditLogTable).entry
    const oldest = (await rows.list({ tenantId }, { limit: 10 })).rows.at(-1)
    if (oldest) await rows.delete(oldest)
    const { code, stdout } = await run('--tenant', tenantId)
    expect([code, stdout]).toEqual([1, expect.stringContaining('"fault": "entry-missing",\n  "seq": 1')])
  })

  it('says how it is called when keys are missing', async () => {
    const { code, stderr } = await run('--tenant', 'x', '--file', keysFile)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--keys <keys.json>')])
  })
})
