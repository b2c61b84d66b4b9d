// Technical debt by rule: what tools have found, the severe first. For when no model can be asked.
import type * as z from 'zod'
import type { DebtAnalysis, DebtInput } from './contract.ts'

const severities = ['critical', 'high', 'medium', 'low'] as const
const itemsMax = 40

export const fallback = ({ findings }: z.output<typeof DebtInput>): z.input<typeof DebtAnalysis> => {
  if (!findings)
    return {
      summary: 'No findings of tools were given. Rules find none: a model would have to read the sources.',
      items: [],
    }
  const shown = findings.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
  return {
    summary:
      shown.length === 0
        ? 'Tools have found nothing in these sources.'
        : `Tools have found ${shown.length} ${shown.length === 1 ? 'item' : 'items'}.${leftOut(shown.length)} They are listed by rule.`,
    items: shown.slice(0, itemsMax).map(({ title, kind, severity, sourceId }) => ({
      title,
      kind,
      severity,
      recommendation: 'Look at the source and decide.',
      effort: 'unknown',
      evidence: [sourceId],
    })),
  }
}

const leftOut = (found: number): string =>
  found > itemsMax ? ` The ${itemsMax} most severe are shown, ${found - itemsMax} are left out.` : ''
