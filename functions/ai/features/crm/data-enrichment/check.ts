// What a choice must keep to: the candidates, and CRM's own list.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { DataEnrichment, DataEnrichmentInput } from './contract.ts'

type Input = z.output<typeof DataEnrichmentInput>
type Answer = z.output<typeof DataEnrichment>

export const check = ({ candidates, industries }: Input, { choices, industry }: Answer): readonly AnswerFault[] => [
  ...choices.flatMap(({ field, candidate }, index): AnswerFault[] =>
    candidates.some((one) => one.id === candidate && one.field === field)
      ? []
      : [{ path: ['choices', index, 'candidate'], message: `is no candidate for ${field}. Choose one of those given` }],
  ),
  ...(industry && !industries.includes(industry.value)
    ? [{ path: ['industry', 'value'], message: 'is none of the industries. Use one as it stands, or null' }]
    : []),
]
