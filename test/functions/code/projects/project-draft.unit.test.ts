import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftOf } from '../../../../functions/code/projects/project-draft.ts'
import { Recommendation } from '../../../../functions/code/projects/recommendation.ts'
import { PsaProjectDraft } from '../../../../shared/peers/psa/project-contract.ts'
import { recommendation } from './projecting.ts'

const client = { tenantId: 'tenant-1', clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-1' }
const severityMapping = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' } as const
const context = { ref: 'code-project-1', client, settings: { ticketBoard: 'service', severityMapping } }

/** Valid texts of any length up to the most, of characters of one, two and more bytes. */
const text = (lengthMax: number) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'ü', '💡', '"', '-'), minLength: 1, maxLength: Math.floor(lengthMax / 2) }),
    fc.integer({ min: 1, max: lengthMax }).map((length) => 'x'.repeat(length)),
  )

const anyRecommendation = fc
  .record({
    title: text(200),
    summary: text(10_000),
    name: text(200),
    url: fc.integer({ min: 0, max: 1_950 }).map((length) => `https://code.example/${'x'.repeat(length)}`),
    steps: fc.array(
      fc.record(
        {
          title: text(150),
          description: fc.oneof(
            text(1_000),
            fc.integer({ min: 1, max: 499 }).map((lines) => `${'a\n'.repeat(lines)}b`),
          ),
          quarters: fc.integer({ min: 1, max: 3_999 }),
        },
        { requiredKeys: ['title'] },
      ),
      { minLength: 1, maxLength: 100, size: 'max' },
    ),
  })
  .map(({ title, summary, name, url, steps }) => {
    const { repository, ...rest } = recommendation()
    return Recommendation.parse({
      ...rest,
      title,
      summary,
      url,
      repository: { ...repository, name },
      effortHours: 100_000,
      steps: steps.map(({ quarters, ...step }) => ({
        ...step,
        ...(quarters !== undefined && { effortHours: quarters / 4 }),
      })),
    })
  })

describe('the project for a recommendation', () => {
  it('keeps the limits of PSA, and has every step with its hours and the link to the rest', () => {
    fc.assert(
      fc.property(anyRecommendation, (given) => {
        const draft = draftOf(given, context)
        expect(PsaProjectDraft.parse(draft)).toEqual(draft)
        expect(draft.description.isWellFormed()).toBe(true)
        const lines = draft.description.split('\n')
        for (const [index, { title, effortHours }] of given.steps.entries())
          expect(lines).toContain(`${index + 1}. ${title}${effortHours === undefined ? '' : ` (${effortHours} h)`}`)
        expect(lines).toContain(`Recommendation: ${given.url}`)
        expect(draft).toMatchObject({ estimateHours: given.effortHours, billable: true })
      }),
      { numRuns: 200 },
    )
  })

  it('goes to the board and the agent that are set', () => {
    const settings = { ...context.settings, ticketBoard: 'migrations', ticketAssignee: 'agent-7' }
    expect(draftOf(recommendation(), { ...context, settings })).toMatchObject({
      board: 'migrations',
      companyId: 'company-1',
      assigneeId: 'agent-7',
    })
    expect(draftOf(recommendation(), context)).not.toHaveProperty('assigneeId')
  })

  it('has its texts whole when they fit', () => {
    const given = recommendation({
      summary: 'One line.\n\nAnother one.',
      steps: Array.from({ length: 10 }, (_, index) => ({
        title: `Step ${index}`,
        description: `${'x'.repeat(index * 100 + 1)}\nend ${index}`,
      })),
    })
    const { description } = draftOf(given, context)
    expect(description).toContain('\n    One line.\n\n    Another one.\n')
    for (const step of given.steps) expect(description).toContain(`    ${step.description?.replace('\n', '\n    ')}`)
  })

  it('gives what short texts leave to long ones', () => {
    const steps = [
      { title: 'Short', description: 'Short.' },
      ...Array.from({ length: 30 }, (_, index) => ({ title: `Long ${index}`, description: 'x'.repeat(1_000) })),
    ]
    const { description } = draftOf(recommendation({ summary: 'Why.', steps }), context)
    expect(description.length).toBeGreaterThan(19_900)
    expect(description).toContain('Short.')
  })
})
