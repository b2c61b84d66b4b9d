// On-Call as a peer: its client against its stand-in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import { createOnCallClient } from '../../../../shared/peers/oncall/client.ts'
import { start } from '../../../../shared/peers/oncall/stand-in/stand-in.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { json, startPeerServer } from '../../../support/peer-server.ts'

const key = 'key-of-the-suite'
const draft = {
  title: 'PSA refuses our key',
  details: 'Check PSA_SERVICE_KEY.',
  urgency: 'high' as const,
  url: 'https://code.example/incidents/1',
  occurredAt: '2026-11-22T10:00:00.000Z',
}

let running: RunningStandIn
beforeAll(async () => {
  running = await start({ port: 0, keys: [key] })
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const connect = (url = running.url, given = key) =>
  createOnCallClient({ baseUrl: url, key: () => given, retries: { max: 1, initialDelayMs: 1 } })

const control = async (path: string, tenantId: string, body?: unknown, url = running.url): Promise<Response> =>
  fetch(`${url}/_control/${path}?tenantId=${tenantId}`, {
    method: body === undefined ? 'GET' : path === 'faults' ? 'PUT' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

describe('an alert', () => {
  it('is raised once, and is what it was when it is raised again', async () => {
    const onCall = connect()
    expect(await onCall.raiseAlert('t1', 'incident:1', draft)).toMatchObject({
      outcome: 'raised',
      alert: { reference: 'incident:1', state: 'open', acknowledgedBy: null },
    })
    expect(await onCall.raiseAlert('t1', 'incident:1', { ...draft, title: 'Another' })).toMatchObject({
      outcome: 'known',
    })
    expect(await (await fetch(running.url)).text()).not.toContain('Another')
  })

  it('is raised once when On-Call takes it and answers 500', async () => {
    await control('faults', 't2', [{ kind: 'commit-then-status', operation: 'putAlert', status: 500, times: 1 }])
    expect(await connect().raiseAlert('t2', 'incident:1', draft)).toMatchObject({ outcome: 'known' })
    const { alerts } = (await (await control('alerts', 't2')).json()) as { alerts: unknown[] }
    expect(alerts).toHaveLength(1)
  })

  it('tells who took it first', async () => {
    const onCall = connect()
    await onCall.raiseAlert('t3', 'incident:1', draft)
    for (const by of ['Ann', 'Bob']) await control('alerts/incident%3A1/acknowledge', 't3', { by })
    expect(await onCall.getAlert('t3', 'incident:1')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Ann' })
  })

  it('is resolved for good, whoever had taken it', async () => {
    const onCall = connect()
    await onCall.raiseAlert('t4', 'incident:1', draft)
    for (let times = 0; times < 2; times += 1)
      expect(await onCall.resolveAlert('t4', 'incident:1', { reason: 'It works again.' })).toMatchObject({
        state: 'resolved',
      })
    expect(await onCall.raiseAlert('t4', 'incident:1', draft)).toMatchObject({ alert: { state: 'resolved' } })
  })

  it('is none of another tenant', async () => {
    await connect().raiseAlert('t5', 'incident:1', draft)
    expect(await connect().getAlert('t6', 'incident:1')).toBeUndefined()
    expect(await connect().resolveAlert('t6', 'incident:1', { reason: 'x' })).toBeUndefined()
  })

  it('is not taken from an answer about another one', async () => {
    const another = {
      reference: 'incident:2',
      state: 'acknowledged',
      acknowledgedBy: 'Ann',
      acknowledgedAt: draft.occurredAt,
    }
    const server = await startPeerServer()
    onTestFinished(() => server.close())
    server.answerWith(json(200, another))
    const onCall = connect(server.baseUrl)
    const asked = [
      () => onCall.raiseAlert('t8', 'incident:1', draft),
      () => onCall.getAlert('t8', 'incident:1'),
      () => onCall.resolveAlert('t8', 'incident:1', { reason: 'It works again.' }),
    ]
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'peer-invalid-response' })
    expect(await onCall.getAlert('t8', 'incident:2')).toMatchObject({ acknowledgedBy: 'Ann' })
  })

  it('is refused before it is sent when it breaks the contract', async () => {
    await expect(connect().raiseAlert('t7', '', draft)).rejects.toMatchObject({ code: 'validation-failed' })
    await expect(connect().raiseAlert('t7', 'x', { ...draft, title: '' })).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [{ path: 'alert.title' }] },
    })
    expect(await (await control('requests', 't7')).json()).toEqual({ counts: {} })
  })
})

describe('the On-Call stand-in', () => {
  it('refuses a key that it does not know', async () => {
    await expect(connect(running.url, 'another-key').checkHealth('t1')).rejects.toMatchObject({
      code: 'peer-unauthorized',
    })
    expect(await connect().checkHealth('t1')).toMatchObject({ status: 'ok' })
  })

  it('has what it answered after it was closed and started again', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'on-call-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true }))
    const first = await start({ port: 0, keys: [key], dataFolder })
    await connect(first.url).raiseAlert('t1', 'incident:1', draft)
    await control('alerts/incident%3A1/acknowledge', 't1', { by: 'Ann' }, first.url)
    await first.close()
    const second = await start({ port: 0, keys: [key], dataFolder })
    onTestFinished(() => second.close())
    expect(await connect(second.url).getAlert('t1', 'incident:1')).toMatchObject({ acknowledgedBy: 'Ann' })
  })
})
