// The control API of the models, for tests. Each test has deployments of its own.
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Behaviour } from '../../../local/models/behaviour.ts'
import type { LoggedCall } from '../../../local/models/call-log.ts'
import { eventually } from '../../support/eventually.ts'

export type Ordered = z.input<typeof Behaviour>

export const newDeployment = (): string => `d-${randomUUID()}`

export const createModelControl = (url: string) => {
  const calls = async (deployment: string): Promise<readonly LoggedCall[]> => {
    const response = await fetch(`${url}/_control/calls?deployment=${deployment}`)
    return ((await response.json()) as { calls: LoggedCall[] }).calls
  }
  return {
    order: async (
      deployment: string,
      order: { readonly next?: readonly Ordered[]; readonly usual?: Ordered },
    ): Promise<void> => {
      const response = await fetch(`${url}/_control/behaviours?deployment=${deployment}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      })
      if (!response.ok) throw new Error(`The models do not take this: ${await response.text()}`)
    },
    calls,
    /** Once none is running any more. */
    endedCalls: (deployment: string): Promise<readonly LoggedCall[]> =>
      eventually(
        () => calls(deployment),
        (known) => known.length > 0 && known.every(({ outcome }) => outcome !== 'running'),
        5_000,
      ),
  }
}
