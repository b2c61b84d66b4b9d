// The text of a project: every step with its hours, so that whoever plans the work in PSA needs no other product.
import type { Client } from '../../../shared/clients/client-directory.ts'
import { type Placement, placeOf } from '../../../shared/clients/placement.ts'
import { psaLimits } from '../../../shared/peers/psa/contract.ts'
import type { PsaProjectDraft } from '../../../shared/peers/psa/project-contract.ts'
import { indented, inline } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { type Recommendation, stepTitleLengthMax } from './recommendation.ts'

/** @param recommendation its texts must be free of secrets */
export const draftOf = (
  recommendation: Recommendation,
  { ref, ...placement }: Placement & { ref: string },
): PsaProjectDraft => {
  const { title, repository, effortHours, url } = recommendation
  return {
    externalReference: ref,
    title: shorten(`Migration: ${title} in ${repository.name}`, psaLimits.title),
    description: descriptionOf(recommendation, placement.client),
    ...placeOf(placement),
    estimateHours: effortHours,
    billable: true,
    type: 'migration_recommendation',
    source: 'the-one-code',
    links: [
      ...(repository.url === undefined ? [] : [{ title: 'Repository', url: repository.url }]),
      { title: 'Recommendation', url },
    ],
  }
}

const descriptionOf = (recommendation: Recommendation, client: Client | undefined): string => {
  const { repository, effortHours, url, summary, steps } = recommendation
  const head = [
    `Repository: ${shorten(inline(repository.name), 200)}`,
    clientLine(client),
    `Recommendation: ${url}`,
    `Estimate: ${effortHours} h`,
    'Indented text is quoted from the recommendation.',
  ].join('\n')
  const titles = steps.map(
    (step, index) =>
      `${index + 1}. ${shorten(inline(step.title), stepTitleLengthMax)}${step.effortHours === undefined ? '' : ` (${step.effortHours} h)`}`,
  )
  const details = steps.map(({ description }) => (description === undefined ? undefined : indented(description)))
  const fixed = [head, '', 'Steps:', titles.join('\n')].join('\n\n').length
  const room = psaLimits.description - fixed
  const wanted = details.reduce((sum, detail) => sum + (detail === undefined ? 0 : detail.length + 1), 0)
  // The summary may take what the details leave, and half of the room in any case.
  const told = shorten(indented(summary), Math.max(room - wanted, Math.floor(room / 2)))
  const fitted = fit(details, room - told.length)
  const lines = titles.flatMap((line, index) => [line, ...(fitted[index] === undefined ? [] : [fitted[index]])])
  return [head, told, 'Steps:', lines.join('\n')].join('\n\n')
}

const clientLine = (client: Client | undefined): string => {
  if (!client)
    return 'Client: not mapped. Assign the repository to a client in The One Code, and assign the project in PSA.'
  const name = shorten(client.name, 200)
  return client.psaCompanyId === undefined
    ? `Client: ${name}, whose PSA company is unknown. Add the company id in The One Code, and assign the project in PSA.`
    : `Client: ${name}`
}

/** Less than this says nothing. */
const detailLengthMin = 40

/** Each gets the same share of what is left, so that a long one does not push the others out. A line end goes with each. */
const fit = (details: readonly (string | undefined)[], room: number): readonly (string | undefined)[] => {
  let left = room
  let waiting = details.filter((detail) => detail !== undefined).length
  return details.map((detail) => {
    if (detail === undefined) return undefined
    const share = Math.floor(left / waiting) - 1
    waiting -= 1
    if (detail.length > share && share < detailLengthMin) return undefined
    const text = shorten(detail, share)
    left -= text.length + 1
    return text
  })
}
