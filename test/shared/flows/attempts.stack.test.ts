// Attempts at one piece of work: which is begun, and what its row knows of it, whoever is at it at the same time.
import { randomUUID } from 'node:crypto'
import { aroundEach, beforeEach, describe, expect, inject, it } from 'vitest'
import {
  type StoredTranscription,
  transcriptionTable,
} from '../../../functions/ai/transcription/transcription-table.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { type Attempt, noteAttempt, requestIdOf, startAttempt } from '../../../shared/flows/attempts.ts'
import { createServices } from '../../../shared/services.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { flowsAfter } from '../../support/flows-after.ts'

const store = createServices(loadConfig(inject('stack').settings)).store()
const rows = store.open(transcriptionTable).transcription
let key: { tenantId: string; transcriptionId: string }

aroundEach((runTest) => runWithLogSink(() => {}, runTest))
beforeEach(async () => {
  key = { tenantId: `tenant-${randomUUID()}`, transcriptionId: randomUUID() }
  const toldAt = '2026-01-01T00:00:00.000Z'
  await rows.insert({ ...key, callId: 'call-1', clientId: '', toldAt, attempt: 1, chunks: [] })
})

const attemptNow = async () => (await rows.get(key))?.value.attempt

describe('the row of a piece of work', () => {
  it('is told of an attempt, with what is another in it, once', async () => {
    const renew = (current: StoredTranscription) => ({ ...current, callId: `${current.callId}+` })
    expect(await noteAttempt(rows, key, 2, renew)).toMatchObject({ attempt: 2, callId: 'call-1+' })
    expect(await noteAttempt(rows, key, 2, renew)).toMatchObject({ attempt: 2, callId: 'call-1+' })
  })

  it('never goes back to an attempt before', async () => {
    await noteAttempt(rows, key, 3)
    expect(await noteAttempt(rows, key, 2)).toMatchObject({ attempt: 3 })
    expect(await attemptNow()).toBe(3)
  })

  it('knows of the latest one when several begin again at once', async () => {
    await Promise.all([4, 2, 5, 3, 5].map((attempt) => noteAttempt(rows, key, attempt)))
    expect(await attemptNow()).toBe(5)
  })

  it('is not made again once the work was deleted', async () => {
    await rows.delete(key)
    await expect(noteAttempt(rows, key, 2)).rejects.toMatchObject({ code: 'conflict' })
    expect(await attemptNow()).toBeUndefined()
  })
})

describe('work that is asked for', () => {
  /** @param ended how the attempts before have ended */
  const start = (known: Attempt, ...ended: readonly ('failed' | 'completed')[]) => {
    return startAttempt(
      {
        flows: flowsAfter(...ended),
        flow: 'a-flow',
        tenantId: key.tenantId,
        requestedBy: 'user:ann',
        cameToNothing: ({ state }) => state === 'failed',
        recordAttempt: (attempt) => noteAttempt(rows, key, attempt),
      },
      known,
    )
  }

  it('is begun under its own name, and again under another when it came to nothing', async () => {
    const known = { id: key.transcriptionId, attempt: 1 }
    expect(await start(known)).toMatchObject({ outcome: 'started', request: { requestId: known.id } })
    expect(await start(known, 'failed', 'failed')).toMatchObject({
      outcome: 'restarted',
      request: { requestId: requestIdOf(known.id, 3) },
    })
    expect(await attemptNow()).toBe(3)
  })

  it('stands as it is while an attempt is under way or done, also one of which its row does not know', async () => {
    const known = { id: key.transcriptionId, attempt: 1 }
    expect(await start(known, 'failed', 'completed')).toMatchObject({
      outcome: 'existing',
      request: { state: 'completed' },
    })
    expect(await attemptNow()).toBe(2)
  })
})
