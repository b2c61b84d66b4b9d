import { describe, expect, it } from 'vitest'
import { settingsOfOthers } from '../../../local/bundles/own-settings.ts'
import { settings } from '../../../shared/config/settings.ts'
import { suite } from '../../infra/snapshot.ts'

describe('an app that runs as it is deployed', () => {
  it.each(suite.apps)('is given the settings of $name, and none of others', ({ name, settings: own }) => {
    const taken = settingsOfOthers(name)
    expect(own.filter((setting) => setting in taken)).toEqual([])
    const left = Object.keys(settings.shape).filter((setting) => !(setting in taken))
    expect(left.toSorted()).toEqual([...own].sort())
    expect(new Set(Object.values(taken))).toEqual(new Set(['']))
  })

  it('is one that infra/suite.json has', () => {
    expect(() => settingsOfOthers('theonefax-api')).toThrow('infra/suite.json has no app theonefax-api')
  })
})
