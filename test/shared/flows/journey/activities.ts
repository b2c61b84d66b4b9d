// The steps of the flow of these tests.
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { AppError } from '../../../../shared/errors.ts'
import type { Services } from '../../../../shared/services.ts'
import { activity } from '../../../../shared/triggers/activity.ts'
import { countRun, journeyTable } from './journey-table.ts'

const journeyOf = async (services: Services, tenantId: string, requestId: string) => {
  const journey = await services.store().open(journeyTable).journey.get({ tenantId, requestId })
  if (!journey) throw new AppError('not-found', 'There is no journey of this id.')
  return journey.value
}

export const readPlan = activity({
  name: 'test-read-plan',
  summary: 'Reads what is to be added up',
  needs: ['DATA_STORAGE'],
  input: z.strictObject({}),
  returns: z.strictObject({ items: z.array(z.int()), isForgiving: z.boolean() }),
  handler: async ({ tenantId, requestId, services }) => {
    const { items, isForgiving } = await journeyOf(services, tenantId, requestId)
    await countRun(services.store(), { tenantId, requestId, step: 'read' })
    return { items, isForgiving }
  },
})

export const doubleItem = activity({
  name: 'test-double-item',
  summary: 'Doubles one number',
  input: async () => z.strictObject({ item: z.int() }),
  returns: z.int(),
  handler: async ({ tenantId, requestId, input: { item }, services }) => {
    await countRun(services.store(), { tenantId, requestId, step: `double-${item}` })
    return item * 2
  },
})

export const addUp = activity({
  name: 'test-add-up',
  summary: 'Adds numbers up, once it has failed as often as the plan says',
  input: z.strictObject({ numbers: z.array(z.int()) }),
  returns: z.int(),
  handler: async ({ tenantId, requestId, input: { numbers }, services }) => {
    const { failures, failsWith, lastStepMs } = await journeyOf(services, tenantId, requestId)
    const run = await countRun(services.store(), { tenantId, requestId, step: 'add' })
    if (run <= failures) throw new AppError(failsWith, `Run ${run} fails, as planned.`)
    await sleep(lastStepMs)
    return numbers.reduce((sum, number) => sum + number, 0)
  },
})
