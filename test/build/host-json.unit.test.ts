import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type HostJson, hostJsonFor } from '../../build/host-json.ts'
import { functionApps } from '../../functions/apps/all.ts'
import { projectFolder } from '../../local/parts.ts'

const project = JSON.parse(readFileSync(join(projectFolder, 'host.json'), 'utf8')) as HostJson

const every = functionApps.flatMap(({ definitions }) => definitions)
const some = (holds: (definition: (typeof every)[number]) => boolean) => {
  const found = every.find(holds)
  if (!found) throw new Error('No app has such a function any more.')
  return [found]
}

const extensionsFor = (definitions: typeof every): readonly string[] =>
  Object.keys(hostJsonFor(project, definitions).extensions)

describe('the host.json of an app', () => {
  it.each([
    { function: 'an orchestration', extension: 'durableTask', of: some(({ kind }) => kind === 'orchestration') },
    { function: 'a step of an orchestration', extension: 'durableTask', of: some(({ kind }) => kind === 'activity') },
    {
      function: 'a timer that starts orchestrations',
      extension: 'durableTask',
      of: some((definition) => definition.kind === 'timer' && definition.flows === true),
    },
    { function: 'a subscriber', extension: 'serviceBus', of: some(({ kind }) => kind === 'subscriber') },
    {
      function: 'an HTTP function',
      extension: 'http',
      of: some((definition) => definition.kind === 'http' && !definition.flows),
    },
  ])('has $extension alone for $function', ({ extension, of }) => {
    expect(extensionsFor(of)).toEqual([extension])
  })

  it('has both for a command that starts orchestrations', () => {
    const both = some((definition) => definition.kind === 'command' && definition.flows === true)
    expect(extensionsFor(both).toSorted()).toEqual(['durableTask', 'serviceBus'])
  })

  it('has no extension for a timer alone', () => {
    expect(extensionsFor(some((definition) => definition.kind === 'timer' && !definition.flows))).toEqual([])
  })

  it('has all else of the project’s, and of an extension what the project says', () => {
    const { extensions, ...rest } = hostJsonFor(project, every)
    const { extensions: ofProject, ...restOfProject } = project
    expect(rest).toEqual(restOfProject)
    expect(extensions).toEqual(ofProject)
  })

  it('keeps an extension that nobody has said the users of', () => {
    expect(hostJsonFor({ version: '2.0', extensions: { queues: { batchSize: 1 } } }, [])).toEqual({
      version: '2.0',
      extensions: { queues: { batchSize: 1 } },
    })
  })
})
