// One stand-in in a process of its own, as the local stack runs all of them in one.
import { type Child, startChild } from '@theone/local-process/child-process'
import type { Peer } from '../../shared/peers/peers.ts'
import { portTable } from '../../local/ports.ts'

type StandInProcess = Child & {
  /** Where the stand-in listens: at any free port. */
  readonly url: string
}

/** @param settings of the suite, of which a stand-in takes what it needs; empty ones count as missing */
export const startStandInProcess = async (
  name: Peer,
  settings: Readonly<Record<string, string>>,
  dataFolder?: string,
): Promise<StandInProcess> => {
  const child = await startChild({
    name,
    file: 'local/stand-ins/main.ts',
    args: [name, ...(dataFolder === undefined ? [] : ['--data', dataFolder])],
    env: { ...settings, [portTable[name].setting]: '0' },
  })
  return { ...child, url: child.urls[name] ?? '' }
}
