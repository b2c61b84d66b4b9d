import { describe, expect, it } from 'vitest'
import { durableOptions } from '../../src/durable/durable-options.ts'
import { parseHostJson } from '../../src/host-json.ts'

const options = (durableTask: object, settings: Record<string, string> = {}) =>
  durableOptions(parseHostJson({ version: '2.0', extensions: { durableTask } }, settings), settings)

describe('host.json extensions.durableTask', () => {
  it('names the task hub, with settings filled in; the site does when it does not', () => {
    expect(options({ hubName: '%HUB%1' }, { HUB: 'Mine' }).hubName).toBe('Mine1')
    expect(options({}, { WEBSITE_SITE_NAME: '7-my-site' }).hubName).toBe('t7mysite')
    expect(options({}).hubName).toBe('TestHubName')
  })

  it('names the connection of storage, and none of another provider', () => {
    const provider = (type?: string) =>
      options({ storageProvider: { ...(type !== undefined && { type }), connectionStringName: 'Other' } })
    expect([provider().connectionName, provider('azureManaged').connectionName]).toEqual([
      'Other',
      'AzureWebJobsStorage',
    ])
  })

  it.each([
    [{ hubName: 'a-b' }, 'task hub name'],
    [{ hubName: '1hub' }, 'task hub name'],
    [{ maxConcurrentActivityFunctions: 0 }, 'maxConcurrentActivityFunctions is 0'],
    [{ overridableExistingInstanceStates: 'AnyState' }, 'NonRunningStates only'],
  ])('is refused with %j', (durableTask, problem) => {
    expect(() => options(durableTask)).toThrow(problem)
  })
})
