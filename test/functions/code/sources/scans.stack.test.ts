import { createHash, randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { storedText } from '../../../support/stored-text.ts'
import { isLong } from '../../../support/thoroughness.ts'
import { type CodeProduct, type Tenant, startCodeProduct } from './code-product.ts'

// What the bus takes too long for goes out with the sweep, which goes over everybody's events: the storage is of this file alone.
let azurite: TestAzurite
let product: CodeProduct
let tenant: Tenant
beforeAll(async () => {
  azurite = await startAzurite()
  product = await startCodeProduct({ ...inject('stack').settings, DATA_STORAGE: azurite.connectionString })
  return async () => {
    await product.close()
    await azurite.stop()
  }
})
beforeEach(async () => {
  tenant = await product.tenant()
  await tenant.know('repo-1', 'repo-2')
})

const fingerprintOf = (name: string): string => createHash('sha256').update(name).digest('hex')
const secret = (name: string) => ({
  fingerprint: fingerprintOf(name),
  secretType: 'aws_access_key',
  severity: 'high' as const,
})
const secrets = (...names: readonly string[]) => names.map(secret)
const many = (count: number, prefix = 'secret') =>
  secrets(...Array.from({ length: count }, (_, index) => `${prefix}-${index}`))
const at = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T08:00:00Z`

type Secret = Omit<ReturnType<typeof secret>, 'severity'> & { readonly severity: 'critical' | 'high' }
type Given = { readonly day: number; readonly found: readonly Secret[]; readonly repo?: string }
const bodyOf = ({ day, found }: Given) => ({ organizationId: 'org-1', completedAt: at(day), secrets: found })
const pathOf = (scanId: string, repo = 'repo-1') => `code/repositories/${repo}/scans/${scanId}`
const scan = (scanId: string, given: Given, { ask }: Tenant = tenant) =>
  ask('PUT', pathOf(scanId, given.repo), bodyOf(given))
const report = (newSecrets: number, comparedWith: string | null) => [201, { newSecrets, comparedWith }]
const announced = async ({ arrived }: Tenant = tenant) => (await arrived()).map(({ subject = '' }) => subject)
/** In the end: what the bus took too long for goes out with the sweep. */
const finallyAnnounced = async () => {
  await product.sweep()
  return (await announced()).toSorted()
}
const fingerprints = (found: readonly { readonly fingerprint: string }[]) => found.map((item) => item.fingerprint)

describe('a scan', () => {
  it('that is the first of a repository announces every secret, with exactly this in each event', async () => {
    const found = [{ ...secret('a'), secretType: 'github_token', severity: 'critical' as const }, secret('b')]
    expect(await scan('scan-1', { day: 1, found })).toEqual(report(2, null))
    const events = await tenant.arrived()
    expect(events.find(({ subject }) => subject === fingerprintOf('a'))).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^new-secret-[\w-]{43}$/) as string,
      source: '/products/code',
      type: 'code.security.new_secret_detected',
      subject: fingerprintOf('a'),
      time: expect.any(String) as string,
      datacontenttype: 'application/json',
      dataschema: 'urn:theonestack:event:code.security.new_secret_detected:1',
      tenantid: tenant.tenantId,
      traceparent: expect.any(String) as string,
      data: { repo_id: 'repo-1', org_id: 'org-1', secret_type: 'github_token', severity: 'critical' },
    })
    expect(events.map(({ subject = '' }) => subject).toSorted()).toEqual(fingerprints(found).toSorted())
  })

  it('announces what the scan before did not have, and nothing else', async () => {
    await scan('scan-1', { day: 1, found: secrets('a', 'b') })
    expect(await scan('scan-2', { day: 2, found: secrets('b', 'c') })).toEqual(report(1, 'scan-1'))
    // "a" was gone for one scan, so it is new again.
    expect(await scan('scan-3', { day: 3, found: secrets('a', 'b', 'c') })).toEqual(report(1, 'scan-2'))
    expect(await scan('scan-4', { day: 4, found: [] })).toEqual(report(0, 'scan-3'))
    const events = await tenant.arrived()
    expect(events.slice(2).map(({ subject = '' }) => subject)).toEqual(fingerprints(secrets('c', 'a')))
    expect(new Set(events.map(({ id }) => id)).size).toBe(4)
  })

  it('again answers the same and announces nothing, also after a later one', async () => {
    const first = { day: 1, found: secrets('a', 'b') }
    await scan('scan-1', first)
    expect(await scan('scan-1', { ...first, found: first.found.toReversed() })).toEqual(report(2, null))
    await scan('scan-2', { day: 2, found: secrets('c') })
    expect(await scan('scan-1', first)).toEqual(report(2, null))
    expect(await scan('scan-2', { day: 2, found: secrets('c') })).toEqual(report(1, 'scan-1'))
    expect(await announced()).toHaveLength(3)
  })

  it('that is older than the latest is remembered, announces nothing and is compared with by none', async () => {
    await scan('scan-2', { day: 2, found: secrets('a') })
    const late = { day: 1, found: secrets('a', 'b') }
    expect(await scan('scan-1', late)).toEqual(report(0, null))
    expect(await scan('scan-1', late)).toEqual(report(0, null))
    expect(await scan('scan-3', { day: 3, found: secrets('a', 'b') })).toEqual(report(1, 'scan-2'))
    expect(await announced()).toEqual(fingerprints(secrets('a', 'b')))
  })

  it('many times at once announces each secret once', async () => {
    const found = many(100)
    const answers = await Promise.all(Array.from({ length: 4 }, () => scan('scan-1', { day: 1, found })))
    expect(answers).toEqual(answers.map(() => report(100, null)))
    expect(await finallyAnnounced()).toEqual(fingerprints(found).toSorted())
    // None was left to the bus to drop.
    const published = product.lines.filter((line) => line.includes('event.published') && line.includes(tenant.tenantId))
    expect(published.length).toBeLessThanOrEqual(100)
  })

  it('and another of the same repository at once announce what they share once', async () => {
    const found = many(100)
    const [one, other] = await Promise.all([
      scan('scan-1', { day: 1, found }),
      scan('scan-2', { day: 2, found: [...found, secret('more')] }),
    ])
    expect([one[0], other[0]]).toEqual([201, 201])
    expect(await finallyAnnounced()).toEqual(fingerprints([...found, secret('more')]).toSorted())
  })

  // Enough for several commits, and for a state of more than the 64 KiB that a property holds; a scan has 2,000 at most.
  const countMost = isLong ? 2_000 : 600
  it(`of ${countMost} new secrets announces all of them once`, async () => {
    const found = many(countMost)
    expect(await scan('scan-1', { day: 1, found })).toEqual(report(countMost, null))
    expect(await finallyAnnounced()).toEqual(fingerprints(found).toSorted())
    expect(await scan('scan-2', { day: 2, found: [...found.slice(1), secret('x')] })).toEqual(report(1, 'scan-1'))
  })

  it('of another repository or by another tenant is compared with its own', async () => {
    const other = await product.tenant()
    await other.know('repo-1')
    const found = secrets('a')
    await scan('scan-1', { day: 1, found })
    expect(await scan('scan-1', { day: 1, found, repo: 'repo-2' })).toEqual(report(1, null))
    expect(await scan('scan-1', { day: 1, found }, other)).toEqual(report(1, null))
    expect([await announced(), await announced(other)].map(({ length }) => length)).toEqual([2, 1])
    const ids = [...(await tenant.arrived()), ...(await other.arrived())].map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
  })
})

describe('a scan that died after some of its commits', () => {
  it('is finished by its repetition, which announces the rest alone', async () => {
    const found = many(190)
    await announceSome(found.slice(0, 90))
    expect(await scan('scan-1', { day: 1, found })).toEqual(report(190, null))
    expect(await finallyAnnounced()).toEqual(fingerprints(found.slice(90)).toSorted())
  })

  it('was never the latest: the next one is compared with the one before it, and repeats none of its events', async () => {
    await scan('scan-1', { day: 1, found: secrets('a') })
    await announceSome(secrets('b'))
    expect(await scan('scan-3', { day: 3, found: secrets('a', 'b', 'c') })).toEqual(report(2, 'scan-1'))
    expect(await announced()).toEqual(fingerprints(secrets('a', 'c')))
    expect(await scan('scan-2', { day: 2, found: secrets('a', 'b') })).toEqual(report(0, null))
    expect(await announced()).toHaveLength(2)
  })

  it('has its events dropped by the bus, should it have forgotten that they are out', async () => {
    const found = many(5)
    await scan('scan-1', { day: 1, found })
    await forgetScans()
    expect(await scan('scan-1', { day: 1, found })).toEqual(report(5, null))
    expect(await announced()).toHaveLength(5)
    expect((await tenant.bus.events()).map((event) => event.accepted)).toEqual([2, 2, 2, 2, 2])
  })
})

/** What a commit that was not the last one leaves behind, beside its events. */
const announceSome = async (found: readonly { readonly fingerprint: string }[]): Promise<void> => {
  const { tenantId } = tenant
  await product.services
    .store()
    .open(sourceTable)
    .scanState.modify({ tenantId, repositoryId: 'repo-1' }, (before) => ({
      tenantId,
      repositoryId: 'repo-1',
      ...before,
      announced: fingerprints(found),
    }))
}

const forgetScans = async (): Promise<void> => {
  const { tenantId } = tenant
  const rows = product.services.store().open(sourceTable)
  await rows.scanState.delete({ tenantId, repositoryId: 'repo-1' })
  await rows.scan.delete({ tenantId, repositoryId: 'repo-1', scanId: 'scan-1' })
}

describe('a scan is refused', () => {
  it('under the id of another one', async () => {
    await scan('scan-1', { day: 1, found: secrets('a') })
    await expectProblem(
      await tenant.send('PUT', pathOf('scan-1'), bodyOf({ day: 1, found: secrets('b') })),
      problemOf('idempotency-key-reused', 'The scan was already recorded with a different body. Use a new id.'),
    )
    expect(await announced()).toEqual([fingerprintOf('a')])
  })

  it('when it lies in the future, where every later one would be older', async () => {
    const completedAt = new Date(Date.now() + 600_000).toISOString()
    await expectProblem(
      await tenant.send('PUT', pathOf('scan-1'), { ...bodyOf({ day: 1, found: [] }), completedAt }),
      problemOf('validation-failed', expect.stringContaining('more than 5 minutes ahead') as string, {
        errors: [{ path: 'body.completedAt', message: 'must not be more than 5 minutes in the future' }],
      }),
    )
  })

  it('with the value of a secret, wherever it stands, and keeps nothing of it', async () => {
    const value = `hunter2-${randomUUID()}`
    await expectProblem(
      await tenant.send('PUT', pathOf('scan-1'), bodyOf({ day: 1, found: [{ ...secret('a'), value } as never] })),
      notValid(['body.secrets.0.value', 'is not a field that is known here']),
    )
    const token = `ghp_${'a1b2'.repeat(9)}`
    const response = await tenant.send(
      'PUT',
      pathOf('scan-1'),
      bodyOf({ day: 1, found: [...secrets('a', 'b'), { ...secret('c'), secretType: token }] }),
    )
    expect(await response.clone().text()).not.toContain(token)
    await expectProblem(
      response,
      problemOf('validation-failed', 'One field is not valid: body.secrets.2.secretType.', {
        errors: [{ path: 'body.secrets.2.secretType', message: 'looks like the value of a secret' }],
      }),
    )
    expect(await announced()).toEqual([])
    const stored = await storedText(azurite.connectionString)
    expect(stored).not.toContain(value)
    expect(stored).not.toContain(token)
  })

  it.each([
    ['with a fingerprint that is none', [{ ...secret('a'), fingerprint: 'abc' }], 'body.secrets.0.fingerprint'],
    ['with the same secret twice', secrets('a', 'b', 'a'), 'body.secrets.2.fingerprint'],
    ['with more than 2,000 secrets', many(2_001), 'body.secrets'],
  ])('%s', async (_, found, where) => {
    await expectProblem(
      await tenant.send('PUT', pathOf('scan-1'), bodyOf({ day: 1, found })),
      notValid([where, expect.any(String)]),
    )
  })
})
