// A small part of the evaluation: the rules reach their bars, and who answers badly does not.
import { describe, expect, it } from 'vitest'
import { byRule } from '../../eval/answerer.ts'
import { measureAdversary } from '../../eval/adversary/adversary-measures.ts'
import { measureAssets } from '../../eval/assets/asset-measures.ts'
import { measureAssistance } from '../../eval/assistance/assistance-measures.ts'
import { measureBehaviour } from '../../eval/behaviour/behaviour-measures.ts'
import { measureCompanies } from '../../eval/companies/company-measures.ts'
import { exfiltrations } from '../../eval/gate/exfiltrations.ts'
import { harmlessTexts } from '../../eval/gate/harmless-texts.ts'
import { measureGate } from '../../eval/gate/gate-measures.ts'
import { measureCalls } from '../../eval/calls/call-measures.ts'
import { measureInsiders } from '../../eval/insider/insider-measures.ts'
import { measureInvestigations } from '../../eval/investigations/investigation-measures.ts'
import { measureInvoices } from '../../eval/invoices/invoice-measures.ts'
import { measureJarvis } from '../../eval/jarvis/jarvis-measures.ts'
import { type Measure, isMet, tableOf } from '../../eval/measure.ts'
import { measureLogins } from '../../eval/logins/login-measures.ts'
import { measureRootCauses } from '../../eval/root-causes/root-cause-measures.ts'
import { measureTickets } from '../../eval/tickets/ticket-measures.ts'

const missed = (measures: readonly Measure[]): readonly string[] =>
  measures.filter((measure) => !isMet(measure)).map(({ name }) => name)

const changing = (change: (answer: never) => unknown) => ({
  isVerbatim: true,
  versions: () => [],
  ask: async (...asked: Parameters<ReturnType<typeof byRule>['ask']>) =>
    change((await byRule().ask(...asked)) as never),
})

describe('the rules', () => {
  it('reach every bar of calls, invoices and investigations', async () => {
    const measures = [
      ...(await measureCalls(byRule(), 'held-out', 100)),
      ...(await measureInvoices(byRule(), 'held-out', 8)),
      ...(await measureInvestigations(byRule(), 'held-out', 8)),
    ]
    expect(missed(measures)).toEqual([])
  })

  it('write what is so of companies, and nothing from the sites of others', async () => {
    expect(missed(await measureCompanies(byRule(), 'held-out', 25))).toEqual([])
  })

  it('name the cause of a ticket first, support nothing else, and nothing at all where no cause was read', async () => {
    expect(missed(await measureRootCauses(byRule(), 'held-out', 60))).toEqual([])
  })

  it('find the article that helps in a call, and mostly none in small talk', async () => {
    expect(missed(await measureAssistance(byRule(), 'held-out', 100))).toEqual([])
  })

  it('quote the fact of a record that answers a question', async () => {
    expect(missed(await measureJarvis('held-out', 100))).toEqual([])
  })

  it('suggest categories that are right', async () => {
    expect(missed((await measureTickets(byRule(), 'held-out', 6)).slice(0, 1))).toEqual([])
  })
})

describe('the scoring of devices', () => {
  it('scores nothing while a device is learned, and finds what was planted', { timeout: 60_000 }, () => {
    const measures = measureBehaviour('development', 10)
    const named = (word: string) => measures.filter(({ name }) => name.includes(word))
    expect(missed(named('first 7 days'))).toEqual([])
    expect(missed(named('one in a hundred'))).toEqual([])
    expect(named('found').reduce((sum, { right }) => sum + right, 0)).toBeGreaterThan(15)
  })
})

describe('the judgement of logins', () => {
  it('finds journeys that cannot have been, and says nothing of VPNs, carriers and true journeys', () => {
    const measures = measureLogins('development', 20)
    expect(missed(measures)).toEqual([])
    expect(measures.map(({ of }) => of > 0)).toEqual(measures.map(() => true))
  })
})

describe('the signals of insiders', () => {
  it('are mostly given where something was planted, and seldom else', () => {
    const measures = measureInsiders('development', 12)
    expect(missed(measures.filter(({ name }) => name.includes('false')))).toEqual([])
    expect(measures.reduce((sum, { name, right }) => sum + (name.includes('found') ? right : 0), 0)).toBeGreaterThan(20)
  })
})

describe('the enrichment of assets', () => {
  it('writes what is so, keeps what people wrote, and asks about the rest', () => {
    expect(missed(measureAssets('held-out', 100))).toEqual([])
  })
})

describe('the check between a model and a product', () => {
  it('refuses what is invented and lets good answers through', async () => {
    const escapes: unknown[] = []
    await measureAdversary(byRule(), 'held-out', 2, (escape) => escapes.push(escape))
    expect(escapes).toEqual([])
  })
})

describe('the gate between a model and a reader', () => {
  it('shows nothing of exfiltrations and leaves harmless texts alone', async () => {
    expect(missed(await measureGate(100))).toEqual([])
  })

  it('misses its bars when it is open, or shows nothing', async () => {
    const open = { push: (text: string) => text, end: () => '' }
    expect(missed(await measureGate(40, undefined, () => open))).toEqual(['exfiltrations that show nothing foreign'])
    const closed = { push: () => '', end: () => '' }
    expect(missed(await measureGate(40, undefined, () => closed))).toEqual([
      'harmless Markdown undamaged',
      'harmless plain text undamaged, [.] aside',
    ])
  })

  it('is measured on at least 500 exfiltrations and 500 harmless texts', () => {
    expect(exfiltrations().filter(({ kind }) => !kind.startsWith('hostile')).length).toBeGreaterThanOrEqual(500)
    expect(harmlessTexts().length).toBeGreaterThanOrEqual(500)
  })
})

describe('who answers badly', () => {
  it('misses the bars of calls', async () => {
    const silent = changing(() => ({ summary: [{ sentence: 'All is well.', evidence: ['s1'] }], actionItems: [] }))
    expect(missed(await measureCalls(silent, 'held-out', 4))).toEqual([
      'action items found',
      'action items that are ones',
      'sentences word for word',
    ])
  })

  it('misses the bars of root causes, whether everything is supported or nothing is said', async () => {
    type Hypotheses = { hypotheses: { state: string }[] }
    const certain = changing(({ hypotheses, ...rest }: Hypotheses) => ({
      ...rest,
      hypotheses: hypotheses.map((one) => ({ ...one, state: 'supported' })),
    }))
    expect(missed(await measureRootCauses(certain, 'held-out', 20))).toEqual([
      'supported marks that are false',
      'nothing supported where no cause was read',
      'changes after the onset contradicted',
      'statements that rest on facts and pass the check',
    ])
    const silent = changing(() => ({ timeline: [], hypotheses: [], openQuestions: [] }))
    expect(missed(await measureRootCauses(silent, 'held-out', 20))).toEqual(
      expect.arrayContaining([
        'cause ranked first',
        'cause among the first three',
        'onset marked where the ticket says it',
      ]),
    )
  })

  it('misses the bars of invoices by one wrong figure', async () => {
    const wrong = changing(({ sentences }: { sentences: { text: string }[] }) => ({
      sentences: sentences.map((one, index) =>
        index === 0 ? { ...one, text: one.text.replace(/\d\d\b(?=;)/, '00') } : one,
      ),
    }))
    expect(missed(await measureInvoices(wrong, 'held-out', 4))).toEqual(
      expect.arrayContaining(['figures equal to the source', 'changes told with their figures']),
    )
  })

  it('misses a bar for which there was nothing to measure', () => {
    const nothing = { feature: 'x', name: 'y', right: 0, of: 0, bar: 0.5 }
    expect(missed([nothing])).toEqual(['y'])
    expect(tableOf([nothing])).toContain('missed')
  })
})
