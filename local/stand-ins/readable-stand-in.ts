// A stand-in of a product whose records this suite reads, on behalf of a user or its own, and beside which it may keep results.
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
import { type AiResults, openAiResults } from './ai-results.ts'
import { type ViewedKind, type Views, openViews } from './views.ts'

type Readable<Contract extends PeerContract> = {
  readonly slug: string
  readonly contract: Contract
  readonly kinds: Readonly<Record<string, ViewedKind>>
  /** @param results those of the AI Platform that are kept beside the records */
  readonly answers: (views: Views, results: AiResults) => Answers<Contract>
}

export const startReadable = async <const Contract extends PeerContract>(
  { slug, contract, kinds, answers }: Readable<Contract>,
  { port, keys, registrationKeys = [], dataFolder }: StandInOptions,
): Promise<RunningStandIn> => {
  const { name } = contract
  refuseNoKeys(name, keys)
  const registry = openKeyRegistry({ name: slug, keys, registrationKeys, dataFolder })
  const views = openViews(slug, kinds, { dataFolder, baseUrl: () => running.url })
  const results = openAiResults(`${slug}-results`, dataFolder)
  const reset = (tenantId?: string): void => {
    views.reset(tenantId)
    results.reset(tenantId)
  }
  const parts = { faults: createFaults(operationNames(contract)), counts: createRequestCounts() }
  const running = await startStandIn({
    name,
    port,
    portSetting: `LOCAL_${slug.toUpperCase()}_PORT`,
    control: [
      ...views.control,
      ...results.control,
      ...faultRoutes(parts),
      resetRoute(parts, reset),
      ...keyControl(registry),
    ],
    answer: answerKeyed({
      ...parts,
      contract,
      answers: answers(views, results),
      registry,
      page: (pathname) => recordPage(name, views, pathname),
    }),
    close: () => {
      views.close()
      results.close()
      registry.close()
    },
  })
  return running
}
