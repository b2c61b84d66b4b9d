import { describe, expect, it } from 'vitest'
import { readActions } from '../../src/durable/actions.ts'

const activity = (functionName: string, input?: unknown) => ({ actionType: 0, functionName, input })

describe('the actions of an orchestrator', () => {
  it('are read depth first through compounds', () => {
    const all = {
      actionType: 12,
      compoundActions: [activity('a'), { actionType: 11, compoundActions: [activity('b')] }],
    }
    expect(readActions([[all, activity('c')]]).tasks.map((task) => 'name' in task && task.name)).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  it('are one when the same object stands in two compounds, and two when they only look alike', () => {
    const shared = activity('a')
    const any = (...compoundActions: unknown[]) => ({ actionType: 11, compoundActions })
    expect(readActions([[any(shared), any(shared, activity('a'))]]).tasks).toHaveLength(2)
  })

  it('carry inputs as JSON: texts of activities are JSON already, those of sub-orchestrations are not', () => {
    const { tasks } = readActions([
      [
        activity('a', '"text"'),
        activity('a', { b: 1 }),
        activity('a'),
        { actionType: 2, functionName: 's', input: 'text' },
      ],
    ])
    expect(tasks.map((task) => 'input' in task && task.input)).toEqual(['"text"', '{"b":1}', false, '"text"'])
  })

  it('keep waits for events and continueAsNew apart from tasks', () => {
    const read = readActions([
      [
        { actionType: 6, externalEventName: 'go' },
        { actionType: 5, fireAt: new Date('2030-01-02T03:04:05Z'), isCanceled: true },
        { actionType: 4, input: '"again"' },
      ],
    ])
    expect(read).toEqual({
      tasks: [{ kind: 'timer', fireAt: '2030-01-02T03:04:05.000Z', isCanceled: true }],
      waits: ['go'],
      continueAsNew: { input: '"again"' },
    })
  })

  it.each([
    [7, 'callEntity'],
    [8, 'callHttp'],
    [9, 'signalEntity'],
    [13, 'lock'],
    [99, 'action type 99'],
  ])('of the type %i are refused by name', (actionType, name) => {
    expect(() => readActions([[{ actionType }]])).toThrow(name)
  })

  it('refuse a timer without a date', () => {
    expect(() => readActions([[{ actionType: 5, fireAt: 'soon' }]])).toThrow('a date that is none')
  })
})
