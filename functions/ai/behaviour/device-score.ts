// An hour of a device as Defend is told of it.
import { reasonText } from '../../../shared/ai/behaviour/reason-text.ts'
import type { JudgedHour } from '../../../shared/ai/behaviour/taking.ts'
import { hourMs } from '../../../shared/ai/behaviour/hour-class.ts'
import { type DefendBehaviourScore, behaviourLimits } from '../../../shared/peers/defend/behaviour-contract.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'

export const scoreOf = (deviceId: string, judged: JudgedHour, timeZone: string): DefendBehaviourScore => ({
  deviceId,
  hour: new Date(judged.hour * hourMs).toISOString(),
  version: judged.version,
  isFinal: judged.isFinal,
  standing: judged.maturity,
  score: judged.score,
  isUnusual: judged.isUnusual,
  reasons: judged.findings.map((finding) => ({
    about: finding.name,
    text: shorten(reasonText(finding, judged.local, timeZone), behaviourLimits.reason),
    observed: finding.observed,
    expected: finding.expected,
    usualMost: Math.max(0, finding.usualMost),
  })),
})
