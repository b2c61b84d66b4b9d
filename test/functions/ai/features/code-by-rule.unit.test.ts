// What the features of The One Code answer without a model.
import { describe, expect, it } from 'vitest'
import { featureNamed } from '../../../../eval/answerer.ts'
import { Study } from '../../../../functions/code/studies/study.ts'
import { schemaOf } from '../../../../shared/triggers/schema-source.ts'
import { studies } from '../../code/studies/studying.ts'

const repository = { name: 'northwind/storefront' }
const answerOf = async (name: string, input: object): Promise<unknown> => {
  const feature = featureNamed(name)
  const given = (await schemaOf(feature.input)).parse({ repository, ...input })
  return (await feature.fallback?.())?.(given as never)
}

describe('regulations by rule', () => {
  const classesOf = async (text: string) => {
    const answer = await answerOf('code-regulatory-classification', { sources: [{ id: 'a', text }] })
    return (answer as { classes: { regulation: string }[] }).classes.map(({ regulation }) => regulation)
  }

  it.each([
    ['Card numbers are passed to Stripe.', 'pci-dss'],
    ['The card_number column and customer_card_numbers are masked.', 'pci-dss'],
    ['It stores credit cards.', 'pci-dss'],
    ['Patients have medical records.', 'hipaa'],
    ['Journal entries go to the general ledger.', 'sox'],
    ['Phone numbers and e-mail addresses of customers.', 'gdpr'],
  ])('find in "%s" %s', async (text, regulation) => {
    expect(await classesOf(text)).toContain(regulation)
  })

  it.each(['Each card shows one number.', 'The dashboard has cards.'])('find nothing in "%s"', async (text) => {
    expect(await classesOf(text)).toEqual([])
  })
})

describe('technical debt', () => {
  const finding = { sourceId: 'nope', kind: 'tests', title: 'No tests', severity: 'high' } as const

  it('with a finding about a source that there is not is refused, at both doors', async () => {
    const fault = { path: ['findings', 1, 'sourceId'], message: 'is the id of no source' }
    const given = studies['debt-analysis']
    const findings = [...given.findings, finding]
    expect(Study.safeParse({ ...given, findings }).error?.issues).toMatchObject([fault])
    const schema = await schemaOf(featureNamed('code-debt-analysis').input)
    const asked = schema.safeParse({ repository, sources: given.sources, findings })
    expect(asked.error?.issues).toMatchObject([fault])
  })

  it('by rule is not denied where no tool has looked', async () => {
    const { sources } = studies['debt-analysis']
    expect(await answerOf('code-debt-analysis', { sources })).toMatchObject({
      summary: expect.stringMatching(/^No findings of tools were given/) as string,
    })
    expect(await answerOf('code-debt-analysis', { sources, findings: [] })).toMatchObject({
      summary: 'Tools have found nothing in these sources.',
    })
  })

  it('by rule says how many findings are left out', async () => {
    const { sources } = studies['debt-analysis']
    const findings = Array.from({ length: 42 }, () => ({ ...finding, sourceId: 'src/app.ts' }))
    const answer = await answerOf('code-debt-analysis', { sources, findings })
    expect(answer).toMatchObject({
      summary: 'Tools have found 42 items. The 40 most severe are shown, 2 are left out. They are listed by rule.',
    })
  })
})

describe('critical files by rule', () => {
  it('say what is known of each, and no figure that nobody gave', async () => {
    const files = [
      { path: 'a.ts' },
      { path: 'b.ts', changes: 0 },
      { path: 'c.ts', changes: 12, authors: 1, dependents: 1 },
    ]
    const { files: named } = (await answerOf('code-critical-files', { files })) as {
      files: { path: string; reason: string }[]
    }
    expect(Object.fromEntries(named.map(({ path, reason }) => [path, reason]))).toEqual({
      'a.ts': 'Nothing is known of how often it changes and what depends on it.',
      'b.ts': 'it has changed 0 times in a year. Weighed by rule.',
      'c.ts':
        '1 file depends on it, it has changed 12 times in a year, one person alone has changed it. Weighed by rule.',
    })
  })
})
