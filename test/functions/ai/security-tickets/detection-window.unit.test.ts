import { describe, expect, it } from 'vitest'
import { type Window, windowAt, withWindow } from '../../../../functions/ai/security-tickets/detection-window.ts'

const at = (time: string): string => `2026-03-01T${time}Z`
const morning: Window = { ref: 'morning', firstDetectedAt: at('10:00:00.000') }
const noon: Window = { ref: 'noon', firstDetectedAt: at('11:30:00.000') }

describe('the window of detections of one client and cause', () => {
  it.each([
    ['09:00:00.000', 'morning'],
    ['08:59:59.999', undefined],
    ['11:00:00.000', 'morning'],
    ['11:00:00.001', undefined],
    ['10:00:00', 'morning'],
  ])('reaches 60 minutes both ways: %s is in %s', (time, ref) => {
    expect(windowAt([morning], at(time))?.ref).toBe(ref)
  })

  it('is the earlier one where two overlap, whichever was begun first', () => {
    for (const windows of [
      [morning, noon],
      [noon, morning],
    ]) {
      expect(windowAt(windows, at('10:45:00'))?.ref).toBe('morning')
      expect(windowAt(windows, at('11:15:00'))?.ref).toBe('noon')
    }
  })

  it('takes the place of the one whose ticket is gone', () => {
    const again = { ...morning, ref: 'again' }
    expect(withWindow([morning, noon], again, morning)).toEqual([noon, again])
  })

  it('is forgotten when very many were begun after it', () => {
    let windows: readonly Window[] = []
    for (let index = 0; index < 400; index += 1)
      windows = withWindow(windows, { ...morning, ref: `ref-${index}` }, undefined)
    expect(windows).toHaveLength(336)
    expect(windows.at(-1)?.ref).toBe('ref-399')
    expect(windows[0]?.ref).toBe('ref-64')
  })
})
