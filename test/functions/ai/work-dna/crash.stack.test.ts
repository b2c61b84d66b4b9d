// The reading of a WorkDNA profile is killed at each step. It writes nothing into People: what has to hold is that nobody is shown a profile without
// an entry from before, and that whoever asks again is shown it.
import { HttpRequest, InvocationContext } from '@azure/functions'
import { aroundEach, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { readWorkDna } from '../../../../functions/ai/work-dna/endpoints.ts'
import type { Services } from '../../../../shared/services.ts'
import { serveHttp } from '../../../../shared/triggers/http-pipeline.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { identity, newTenantId, signIn } from '../../../support/browser-client.ts'
import { heldServices } from '../../../support/held-services.ts'
import { momentsOf } from '../../../support/thoroughness.ts'

const { urls, settings } = inject('stack')
const stack = { urls, settings }

// The session and the limits of requests have tests of their own.
const held = { peer: 'people', setting: 'PEOPLE_API_URL', isStep: /audit|\$batch|\/v1\/profiles/ } as const

const Counts = z.object({ counts: z.looseObject({ readProfile: z.int().optional() }) })
const Entries = z.object({
  entries: z.array(
    z.looseObject({ action: z.string(), outcome: z.string(), subjects: z.array(z.string()).optional() }),
  ),
})

/** An admin of People, and as many colleagues as are looked at. */
const newReader = async () => {
  const tenantId = newTenantId()
  const who = identity({ tenantId, product: 'ai', role: 'admin' })
  const client = await signIn(urls, who)
  const people = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${urls.people}/_control/${path}?tenantId=${tenantId}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`People refused ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }
  await people('PUT', 'readers', { readers: [{ userId: who.userId, role: 'admin', clientIds: null }] })
  const path = (id: string): string => `/api/ai/people/profiles/${id}`
  return {
    client,
    putColleague: async (id: string) => {
      await people('PUT', `records/profile/${id}`, {
        clientId: null,
        record: { name: 'Ann Lee', workDna: { strengths: [], worksOftenWith: [] } },
      })
      return id
    },
    /** In this process, with services that may be killed. */
    ask: async (services: Services, profileId: string): Promise<number | undefined> => {
      const cookie = `oneai_session=${client.cookies.get('oneai_session') ?? ''}`
      const headers = { cookie, 'x-forwarded-for': '10.1.2.3' }
      const url = `http://127.0.0.1${path(profileId)}`
      const request = new HttpRequest({ method: 'GET', url, params: { profileId }, headers })
      const context = new InvocationContext({ functionName: readWorkDna.name, logHandler: () => {} })
      return (await serveHttp(readWorkDna, services)(request, context)).status
    },
    askAgain: async (id: string): Promise<number> => (await client.fetch(path(id))).status,
    /** How often People has shown a profile. */
    shown: async () => Counts.parse(await people('GET', 'requests')).counts.readProfile ?? 0,
    outcomesOf: async (id: string) => {
      const read = await client.fetch('/api/ai/governance/audit?limit=100')
      return Entries.parse(await read.json())
        .entries.filter(({ action, subjects }) => action === 'profile.read' && subjects?.includes(id) === true)
        .map(({ outcome }) => outcome)
    },
  }
}

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

it(
  'a profile whose reading is killed at any step was shown to nobody without an entry, and is shown to who asks again',
  { timeout: 180_000 },
  async () => {
    const { client, putColleague, ask, askAgain, shown, outcomesOf } = await newReader()
    // The tables are there, as after any call.
    await askAgain(await putColleague('colleague-first'))
    const counting = await heldServices(stack, held)
    expect(await ask(counting.services, await putColleague('colleague-counted'))).toBe(200)
    const steps = counting.requests.seen()
    expect(steps.filter((request) => request.startsWith('GET /v1/profiles/'))).toHaveLength(1)
    await counting.close()

    const killed: Promise<unknown>[] = []
    for (const { step, side } of momentsOf(steps, 1, true)) {
      const { requests, services, close } = await heldServices(stack, held)
      const id = await putColleague(`colleague-${side}-${step}`)
      const before = await shown()
      requests.begin({ request: step, side })
      const answered = ask(services, id)
      const place = `${side} ${steps[step - 1] ?? ''}`
      expect(await Promise.race([requests.held().then(() => 'held'), answered]), place).toBe('held')
      await close()
      const isShown = (await shown()) > before
      const recorded = await outcomesOf(id)
      if (isShown) expect(recorded, place).toEqual(['asked'])
      expect(await askAgain(id), place).toBe(200)
      // Each time that it was asked for is an entry, once.
      expect(await outcomesOf(id), place).toEqual([...recorded, 'asked'])
      killed.push(answered)
    }
    const verified = await client.fetch('/api/ai/governance/audit/verification')
    expect(await verified.json()).toMatchObject({ intact: true })
    await Promise.all(killed)
  },
)
