// Devices, detections and investigations of the Defend stand-in, those that the control API has put, and the narratives of the suite.
import { z } from 'zod'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { AiResults } from '../../../../local/stand-ins/ai-results.ts'
import { problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { defendContract } from '../operations.ts'
import type { BehaviourScores } from './behaviour-state.ts'
import { DefendInvestigation } from '../investigation-contract.ts'
import { AssetReference, DefendDetectionView, DefendDeviceView } from '../view-contract.ts'

export const defendKinds = {
  device: { schema: DefendDeviceView, path: 'devices', atLeast: 'viewer' },
  detection: { schema: DefendDetectionView, path: 'detections', atLeast: 'member' },
  investigation: { schema: DefendInvestigation.omit({ clientId: true }), path: 'investigations', atLeast: 'member' },
} as const

type ViewAnswers = Pick<
  Answers<typeof defendContract>,
  'viewDevice' | 'listDevicesOfAsset' | 'viewDetection' | 'readInvestigation' | 'readNarrative' | 'putNarrative'
>

export const defendViewAnswers = (views: Views, narratives: AiResults, behaviour: BehaviourScores): ViewAnswers => ({
  viewDevice: ({ tenantId, userId, params: { id } }) =>
    views.answerRecord({ tenantId, userId }, 'device', id, {
      shown: (device) => withRisk(device, behaviour.fresh(tenantId, id, Date.now())),
    }),
  listDevicesOfAsset: ({ tenantId, query }) =>
    validated(z.strictObject({ assetReference: AssetReference }), Object.fromEntries(query), ({ assetReference }) => ({
      status: 200,
      body: { devices: views.having(tenantId, 'device', 'assetReference', assetReference) },
    })),
  viewDetection: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'detection', id),
  readInvestigation: ({ tenantId, params: { id } }) => {
    const body = views.read(tenantId, 'investigation', id)
    return body ? { status: 200, body } : problem(404, 'There is no such investigation')
  },
  readNarrative: ({ tenantId, params: { id } }) => narratives.get({ tenantId, id }, isThere(views, tenantId, id)),
  putNarrative: ({ tenantId, params: { id }, body }) =>
    narratives.put({ tenantId, id }, isThere(views, tenantId, id), body),
})

const isThere = (views: Views, tenantId: string, id: string): boolean =>
  views.read(tenantId, 'investigation', id) !== undefined

type Shown = Readonly<Record<string, unknown>>

/** By the behaviour score while there is a fresh one, and otherwise by rules: what was put, or the worst open detection. */
const withRisk = (device: Shown, behaviour: number | undefined): Shown => {
  if (behaviour !== undefined) return { ...device, riskScore: behaviour, riskBasis: 'behaviour' }
  const { openDetections } = DefendDeviceView.pick({ openDetections: true }).parse(device)
  const worst = Math.max(0, ...openDetections.map(({ severity }) => riskOf[severity]))
  return { riskScore: worst, ...device, riskBasis: 'rules' }
}

const riskOf = { critical: 90, high: 70, medium: 40, low: 20 } as const
