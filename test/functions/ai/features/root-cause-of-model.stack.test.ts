// A model that says nothing of a root cause, although there is something to say: it is asked once more, and then the rules say it.
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { proposalGenerate } from '../../../../functions/ai/features/psa/proposal-generate/feature.ts'
import { answerFeature } from '../../../../shared/features/answering.ts'
import { wholeReply } from '../../../../shared/features/replies.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { type ScriptedModels, startScriptedModels } from '../../../support/scripted-model.ts'
import { asked, record } from './root-cause-asked.ts'

const { urls, settings } = inject('stack')

let models: ScriptedModels
beforeAll(async () => {
  models = await startScriptedModels(settings)
})
afterAll(() => models?.close())

it('gives the report by rule, and says so, when the model leaves everything out twice', async () => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
  const text = JSON.stringify({ timeline: [], hypotheses: [], openQuestions: [] })
  const { services, calls } = await models.modelThatAlways({ text })
  const input = asked(
    'Cannot save on FS-02',
    'Since 09:30.',
    record('FS-02', 'd', ['Disk', 'D: 1 GB of 960 GB are free']),
  )
  const signal = new AbortController().signal
  const { body } = await wholeReply(answerFeature(services, proposalGenerate, { tenantId, input, signal }))
  expect(body).toMatchObject({
    label: expect.any(String) as string,
    answer: { hypotheses: [{ state: 'supported', evidence: ['d-1', 't-1'] }] },
  })
  expect(await calls()).toHaveLength(2)
})
