import { describe, expect, it } from 'vitest'
import { instanceIdProblem } from '../../src/durable/instance-rows.ts'

describe('the id of an instance', () => {
  // `MaxInstanceIdLength` in DurableClient.cs of azure-functions-durable-extension
  it('has up to 256 characters', () => {
    expect(instanceIdProblem('x'.repeat(256))).toBeUndefined()
    expect(instanceIdProblem('x'.repeat(257))).toContain('256 characters')
  })

  it.each(['@entity', 'a/b', 'a\\b', 'a#b', 'a?b', 'a\nb'])('is not %j', (id) => {
    expect(instanceIdProblem(id)).toContain('must not')
  })
})
