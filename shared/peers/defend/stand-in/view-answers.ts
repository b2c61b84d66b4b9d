// Devices and detections as a user sees them in the Defend stand-in: those that the control API has put.
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { defendContract } from '../operations.ts'
import { DefendDetectionView, DefendDeviceView } from '../view-contract.ts'

export const defendKinds = {
  device: { schema: DefendDeviceView, path: 'devices', atLeast: 'viewer' },
  detection: { schema: DefendDetectionView, path: 'detections', atLeast: 'member' },
} as const

type ViewAnswers = Pick<Answers<typeof defendContract>, 'viewDevice' | 'viewDetection'>

export const defendViewAnswers = (views: Views): ViewAnswers => ({
  viewDevice: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'device', id),
  viewDetection: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'detection', id),
})
