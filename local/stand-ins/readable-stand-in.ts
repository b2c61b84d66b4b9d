// A stand-in of a product that this suite only reads, each record on behalf of a user.
import type { PeerContract } from '../../shared/peer-client/operation.ts'
import { createFaults } from './faults.ts'
import { refuseNoKeys } from './integration-key.ts'
import { keyControl, operationNames } from './key-registration.ts'
import { openKeyRegistry } from './key-registry.ts'
import { type Answers, answerKeyed } from './keyed-contract.ts'
import { createRequestCounts } from './request-counts.ts'
import { type RunningStandIn, startStandIn } from './stand-in.ts'
import { faultRoutes, resetRoute } from './stand-in-control.ts'
import type { StandInOptions } from './stand-ins.ts'
import { recordPage } from './record-page.ts'
import { type ViewedKind, type Views, openViews } from './views.ts'

type Readable<Contract extends PeerContract> = {
  readonly slug: string
  readonly contract: Contract
  readonly kinds: Readonly<Record<string, ViewedKind>>
  readonly answers: (views: Views) => Answers<Contract>
}

export const startReadable = async <const Contract extends PeerContract>(
  { slug, contract, kinds, answers }: Readable<Contract>,
  { port, keys, registrationKeys = [], dataFolder }: StandInOptions,
): Promise<RunningStandIn> => {
  const { name } = contract
  refuseNoKeys(name, keys)
  const registry = openKeyRegistry({ name: slug, keys, registrationKeys, dataFolder })
  const views = openViews(slug, kinds, { dataFolder, baseUrl: () => running.url })
  const parts = { faults: createFaults(operationNames(contract)), counts: createRequestCounts() }
  const running = await startStandIn({
    name,
    port,
    portSetting: `LOCAL_${slug.toUpperCase()}_PORT`,
    control: [...views.control, ...faultRoutes(parts), resetRoute(parts, views.reset), ...keyControl(registry)],
    answer: answerKeyed({
      ...parts,
      contract,
      answers: answers(views),
      registry,
      page: (pathname) => recordPage(name, views, pathname),
    }),
    close: () => {
      views.close()
      registry.close()
    },
  })
  return running
}
