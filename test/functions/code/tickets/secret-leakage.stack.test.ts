import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { accessIssue, newRepository, secretDetected, seenAgain, vulnerability } from '../../../support/findings.ts'
import { secretSamples } from '../../../support/secret-samples.ts'
import { storedText } from '../../../support/stored-text.ts'
import { startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')
const samples = Object.entries(secretSamples())
const secrets = samples.map(([, { value }]) => value)

const logFolder = join(stack.dataFolder, 'logs')
const logFiles = () => readdirSync(logFolder).map((name) => join(logFolder, name))

/** Other tests have filled tables and logs before. */
let since: Date
let logsBefore: ReadonlyMap<string, number>
beforeEach(() => {
  since = new Date()
  logsBefore = new Map(logFiles().map((file) => [file, statSync(file).size]))
})

/** Every row of every table that was written since, as it is stored. */
const everythingStored = () => storedText(stack.settings['DATA_STORAGE'] ?? '', { since })

const logs = (): string =>
  logFiles()
    .map((file) => readFileSync(file).subarray(logsBefore.get(file)).toString())
    .join('\n')

const leaked = (text: string): string[] => samples.flatMap(([name, { value }]) => (text.includes(value) ? [name] : []))

/** The log is written a moment after the answer is sent. */
const logsWith = async (text: string): Promise<string> => {
  await eventually(
    () => Promise.resolve(logs().includes(text)),
    (isWritten) => isWritten,
    20_000,
  )
  return logs()
}

describe('secrets that slipped into the texts of findings', () => {
  it('reach neither PSA nor our tables, our log or our answers, whatever becomes of the request', async () => {
    const { post, psa, client, tenantId } = await startTicketing(stack)
    const text = samples.map(([name, sample]) => `${name}: ${sample.text}`).join('\n\n')
    const [one] = samples.filter(([name]) => name === 'GitHub token').map(([, { value }]) => value)
    const repository = newRepository()
    const detectedAt = '2026-03-01T00:00:00Z'
    const texts = {
      title: `Token ${one} found`,
      description: text,
      remediation: secrets.map((value) => `Revoke password: ${value.split('\n')[0]}`).slice(0, 30),
      repository,
      detectedAt,
    }
    const findings = [
      secretDetected({ ...texts, filePath: `deploy/${one}.env` }),
      vulnerability({ ...texts, packageName: `${one}` }),
      accessIssue({ ...texts, subject: `bot ${one}` }),
    ]
    const answers: string[] = []
    const ask = async (response: Promise<Response>): Promise<number> => {
      const { status } = await response
      answers.push(await (await response).text())
      return status
    }
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422, times: 1 })
    expect(await ask(post(findings[0]))).toBe(502)
    expect(await ask(post({ findings }, { 'idempotency-key': `once-${tenantId}` }))).toBe(200)
    expect(await ask(post(seenAgain(findings[1] ?? vulnerability(), '2026-03-02T00:00:00Z')))).toBe(200)
    expect(await ask(post({ ...findings[0], value: one }))).toBe(400)
    expect(await ask(post({ ...findings[0], severity: one }))).toBe(400)
    expect(await ask(post({ ...findings[0], repository: { ...repository, name: `northwind/${one}` } }))).toBe(400)
    const leaking = { ...findings[1], findingId: `${one}`, url: `https://code.example/${one}?token=${one}#${one}` }
    expect(await ask(post(leaking))).toBe(400)
    expect(await ask(post({ ...leaking, findingId: `id-${tenantId}` }))).toBe(200)
    expect(await ask(client.fetch('/api/code/tickets'))).toBe(200)
    const correlationId = `leak-${tenantId}`
    expect(await ask(client.fetch('/api/code/tickets', { headers: { 'x-correlation-id': correlationId } }))).toBe(200)

    const made = await psa.tickets()
    expect(made).toHaveLength(3)
    expect(made.every(({ description }) => description.includes('[redacted]'))).toBe(true)
    expect(made.flatMap(({ notes }) => notes)).toHaveLength(1)
    expect({ psa: leaked(JSON.stringify(made)), answers: leaked(answers.join('\n')) }).toEqual({ psa: [], answers: [] })
    const stored = await everythingStored()
    expect(stored).toContain(tenantId)
    expect(leaked(stored)).toEqual([])
    expect(leaked(await logsWith(correlationId))).toEqual([])
  })

  it('is seen by this test when one does leak', () => {
    expect(leaked(`... ${secrets[0]} ...`)).toEqual([samples[0]?.[0]])
  })
})

describe('a secret in the place of the id of a secret', () => {
  it('is refused, and leaves no trace', async () => {
    const { post, psa, tenantId } = await startTicketing(stack)
    const names = ['AWS access key id', 'GitHub token', 'Stripe live key', 'Slack bot token']
    const values = names.map((name) => secretSamples()[name]?.value ?? expect.fail(`There is no sample of ${name}.`))
    const traces = (text: string) => values.filter((value) => text.includes(value))
    let correlationId = ''
    for (const value of values) {
      const response = await post({ findings: [secretDetected({ secretId: value })] })
      expect(response.status).toBe(400)
      const answer = await response.text()
      expect(JSON.parse(answer)).toMatchObject({
        type: 'urn:theonestack:problem:validation-failed',
        errors: [{ path: 'body.findings.0.secretId', message: 'looks like the value of a secret' }],
      })
      expect(traces(answer)).toEqual([])
      correlationId = response.headers.get('x-correlation-id') ?? ''
    }
    const stored = await everythingStored()
    expect(stored).toContain(tenantId)
    expect(traces(stored)).toEqual([])
    expect(traces(await logsWith(correlationId))).toEqual([])
    expect(await psa.tickets()).toEqual([])
  })
})
