import { expect, inject, it } from 'vitest'
import { requestTranscription } from '../../../../functions/ai/transcription/requesting.ts'
import { transcriptionIdOf, transcriptionTable } from '../../../../functions/ai/transcription/transcription-table.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { flowsAfter } from '../../../support/flows-after.ts'

const store = createServices(loadConfig(inject('stack').settings)).store()

it.each([
  ['is begun', [], {}, [true, 1]],
  ['is begun again when its transcription failed', ['failed'], {}, [true, 2]],
  ['is not begun again when its transcription ended', ['completed'], {}, [false, 1]],
  ['is begun again when Voice waits for it although it ended', ['completed'], { isAwaited: true }, [true, 2]],
] as const)('a recording of which Voice tells %s', async (_, ended, awaited, expected) => {
  const tenantId = newTenantId()
  const told = { tenantId, callId: 'call-1', toldAt: new Date(), requestedBy: 'product:voice', ...awaited }
  const isBegun = await requestTranscription({ store, flows: flowsAfter(...ended) }, told)
  const key = { tenantId, transcriptionId: transcriptionIdOf(tenantId, 'call-1') }
  const row = await store.open(transcriptionTable).transcription.get(key)
  expect([isBegun, row?.value.attempt]).toEqual(expected)
})
