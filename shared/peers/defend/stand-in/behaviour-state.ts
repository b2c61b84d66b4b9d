// The behaviour scores that the Defend stand-in keeps: one for each device and hour, in its highest version.
import { z } from 'zod'
import { type DefendBehaviourScore, DefendBehaviourScore as Score, behaviourFreshMs } from '../behaviour-contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

const StoredScore = z.object({ tenantId: z.string(), score: Score })
export type StoredScore = z.infer<typeof StoredScore>

export const BehaviourChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scores'), tenantId: z.string(), scores: z.array(Score) }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
])
type BehaviourChange = z.infer<typeof BehaviourChange>

/** @param changes what the journal remembers, oldest first; summed up in it here */
export const createBehaviourScores = (journal: Journal<BehaviourChange>, changes: readonly BehaviourChange[]) => {
  const kept = new Map<string, StoredScore>()
  const list = (tenantId?: string): readonly StoredScore[] =>
    [...kept.values()].filter((stored) => tenantId === undefined || stored.tenantId === tenantId)
  const apply = (change: BehaviourChange): number => {
    if (change.kind === 'reset') {
      for (const stored of list(change.tenantId)) kept.delete(keyOf(stored))
      return 0
    }
    const newer = change.scores.map((score) => ({ tenantId: change.tenantId, score })).filter(isNewer)
    for (const stored of newer) kept.set(keyOf(stored), stored)
    return newer.length
  }
  const isNewer = (stored: StoredScore): boolean =>
    stored.score.version > (kept.get(keyOf(stored))?.score.version ?? -1)
  const record = (change: BehaviourChange): number => {
    journal.append(change)
    return apply(change)
  }

  for (const change of changes) apply(change)
  journal.rewrite([...kept.values()].map(({ tenantId, score }) => ({ kind: 'scores', tenantId, scores: [score] })))

  return {
    /** How many were newer than what was kept. */
    put: (tenantId: string, scores: readonly DefendBehaviourScore[]): number =>
      record({ kind: 'scores', tenantId, scores: [...scores] }),
    list,
    /** Of the latest hour of a device, while it is fresh; undefined when Defend is left to its rules. */
    fresh: (tenantId: string, deviceId: string, now: number): number | undefined => {
      const ofDevice = list(tenantId).filter(({ score }) => score.deviceId === deviceId)
      const latest = ofDevice.toSorted((a, b) => Date.parse(b.score.hour) - Date.parse(a.score.hour))[0]?.score
      if (!latest || now - Date.parse(latest.hour) > behaviourFreshMs) return undefined
      return latest.score ?? undefined
    },
    reset: (tenantId?: string): void => void record({ kind: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: journal.close,
  }
}
export type BehaviourScores = ReturnType<typeof createBehaviourScores>

const keyOf = ({ tenantId, score }: StoredScore): string => JSON.stringify([tenantId, score.deviceId, score.hour])
