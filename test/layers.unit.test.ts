// That the rule for the layers of shared/ finds what it forbids, and knows every folder.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '../local/parts.ts'
import { layers, upwardImports } from './layers.ts'

describe('the layers of shared/', () => {
  it('are all that lies there', () => {
    const found = readdirSync(join(projectFolder, 'shared')).filter((name) => name !== 'README.md')
    expect([...layers].toSorted()).toEqual(found.toSorted())
  })

  it('let a file import what lies below it, and its neighbours', () => {
    const imports = [
      { from: 'shared/http/problem.ts', to: 'shared/errors.ts' },
      { from: 'shared/triggers/http-pipeline.ts', to: 'shared/flows/flow-client.ts' },
      { from: 'shared/store/rows.ts', to: 'shared/store/key.ts' },
      { from: 'functions/code/tickets/filing.ts', to: 'shared/effects/effect.ts' },
    ]
    expect(upwardImports(imports)).toEqual([])
  })

  it('refuse an import from above, with what may be imported', () => {
    expect(upwardImports([{ from: 'shared/schema/time.ts', to: 'shared/telemetry/log.ts' }])).toEqual([
      'shared/schema/time.ts must not import shared/telemetry/log.ts, which lies above it. schema may import error-codes, error-table.ts, errors.ts, text, command-line.ts, pool.ts, once.ts, deadline.ts.',
    ])
  })

  it('refuse a file that is in none of them', () => {
    const stray = { from: 'shared/triggers/http.ts', to: 'shared/misc/thing.ts' }
    expect(upwardImports([stray])).toEqual([
      'shared/misc/thing.ts is in no layer of shared/. Add it to test/layers.ts.',
    ])
  })

  it('leave stand-ins alone, which have a rule of their own', () => {
    const standIn = { from: 'shared/peers/hub/stand-in/events.ts', to: 'shared/bus/cloud-event.ts' }
    expect(upwardImports([standIn])).toEqual([])
  })
})
