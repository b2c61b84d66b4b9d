// What a step of an orchestration gives to Durable: a result, a failure for good, or an error that has it tried again.
import { InvocationContext } from '@azure/functions'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { loadConfig } from '../../../shared/config/config.ts'
import type { ErrorCode } from '../../../shared/error-table.ts'
import { AppError } from '../../../shared/errors.ts'
import { createServices } from '../../../shared/services.ts'
import { currentTrace } from '../../../shared/telemetry/trace.ts'
import { type ActivityDefinition, activity } from '../../../shared/triggers/activity.ts'
import { serveActivity } from '../../../shared/triggers/activity-pipeline.ts'

const traceId = '04f09e80b76d9087e739b554be855559'

const double = (does: () => unknown = () => undefined) =>
  activity({
    name: 'test-double',
    summary: 'Doubles',
    input: async () => z.strictObject({ number: z.int() }),
    returns: async () => z.strictObject({ doubled: z.int(), traceId: z.string() }),
    handler: async ({ tenantId, requestId, input: { number } }) => {
      await does()
      return { doubled: number * 2, traceId: `${currentTrace()?.traceId}/${tenantId}/${requestId}` }
    },
  })

const run = (definition: ActivityDefinition, input: unknown = { number: 4 }, lines: unknown[] = []) =>
  serveActivity(definition, createServices(loadConfig({})))(
    {
      tenantId: 'tenant-1',
      requestId: 'request-1',
      traceparent: `00-${traceId}-8eead99166f7fbbe-01`,
      retrySeconds: 15,
      work: { integration: 'code→psa', operation: 'double a number' },
      input,
    },
    new InvocationContext({ logHandler: (level, ...args) => lines.push(level, ...args) }),
  )

const failWith = (code: ErrorCode) =>
  double(() => {
    throw new AppError(code, 'For a reason.')
  })

describe('a step', () => {
  it('works for the tenant and the request that it was started for, in their trace', async () => {
    expect(await run(double())).toEqual({ done: { doubled: 8, traceId: `${traceId}/tenant-1/request-1` } })
  })

  it('gives back a failure for good as a result, so that it is not tried again', async () => {
    expect(await run(failWith('peer-rejected'))).toEqual({
      failed: { code: 'peer-rejected', detail: 'For a reason.' },
    })
  })

  it('throws a failure for now, its code in front: Durable keeps the text alone', async () => {
    await expect(run(failWith('peer-unavailable'))).rejects.toThrow(/^peer-unavailable: For a reason\.$/)
  })

  it('throws what nobody expected without its words, which may hold anything, and logs them', async () => {
    const lines: unknown[] = []
    const broken = double(() => {
      throw new TypeError('a secret')
    })
    const failure: unknown = await run(broken, undefined, lines).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AppError)
    expect((failure as AppError).message).toMatch(/^internal: /)
    expect((failure as AppError).message).not.toContain('a secret')
    expect(JSON.stringify(lines)).toContain('a secret')
    expect(JSON.stringify(lines)).toContain('flow.step.failed')
  })

  it('is tried again while a setting is missing', async () => {
    await expect(run({ ...double(), needs: ['DATA_STORAGE'] })).rejects.toThrow(/^not-configured: .*DATA_STORAGE/)
  })

  it.each([{ number: 'four' }, { number: 4, more: 1 }, null])('refuses the input %j', async (input) => {
    await expect(run(double(), input)).rejects.toThrow(/^internal: /)
  })

  it('refuses a result outside its schema', async () => {
    const wrong = { ...double(), handler: async () => ({ doubled: 'eight' }) }
    await expect(run(wrong)).rejects.toThrow(/^internal: /)
  })
})
