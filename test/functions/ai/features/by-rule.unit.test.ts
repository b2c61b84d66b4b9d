// What features answer without a model: it fits their own schema, rests on their sources, and passes every check that a model's answer must pass.
import { factsOf } from '../../../../functions/ai/features/books/billing-explanation/facts.ts'
import { describe, expect, it } from 'vitest'
import { featureNamed } from '../../../../eval/answerer.ts'
import { leastOf } from '../../../../functions/ai/features/psa/ticket-suggest/least-confidence.ts'
import { ticketInputs } from '../../../../eval/tickets/ticket-measures.ts'
import { judgeOf } from '../../../../eval/judge.ts'
import { draftOpening } from '../../../../shared/text/own-draft.ts'
import { schemaOf } from '../../../../shared/triggers/schema-source.ts'
import { samples } from './feature-samples.ts'

type Name = keyof typeof samples
type Suggesting = (typeof samples)['ticket-suggest']
const names = Object.keys(samples) as Name[]

const byRule = async (name: Name, change: (input: never) => unknown = (input) => input) => {
  const feature = featureNamed(name)
  const input = (await schemaOf(feature.input)).parse(change(structuredClone(samples[name]) as never))
  const fallback = await feature.fallback?.()
  if (!fallback) throw new Error(`${name} has no rules.`)
  return { input, answer: fallback(input as never), judge: await judgeOf(name, input) }
}

describe.each(names)('the rules of %s', (name) => {
  it('give an answer that fits, and the same one each time', async () => {
    const { answer, judge } = await byRule(name)
    expect(judge(answer)).toEqual([])
    expect((await byRule(name)).answer).toEqual(answer)
  })
})

describe('a suggestion for a ticket by rule', () => {
  it('is the category of similar tickets, with what solved the most similar one, word for word', async () => {
    const { answer } = await byRule('ticket-suggest')
    expect(answer).toMatchObject({
      category: { value: 'Email', evidence: expect.arrayContaining(['c1']) as string[] },
      resolution: { text: 'Removed the stored credentials and signed in again.', evidence: ['c1'] },
    })
  })

  it('is nothing for a ticket that is like no other', async () => {
    const odd = { title: 'Please order four office chairs', text: 'Grey ones with armrests.' }
    const { answer } = await byRule('ticket-suggest', (input: object) => ({ ...input, ticket: odd }))
    expect(answer).toMatchObject({ category: null, priority: null, resolution: null })
  })

  it('is nothing without closed tickets, and below the confidence that is asked for', async () => {
    const none = await byRule('ticket-suggest', (input: object) => ({ ...input, closedTickets: [] }))
    expect(none.answer).toMatchObject({ category: null, priority: null, resolution: null })
    const leastConfidence = { category: 1, resolution: 1 }
    const strict = await byRule('ticket-suggest', (input: object) => ({ ...input, leastConfidence }))
    expect(strict.answer).toMatchObject({ category: null, resolution: null })
  })

  it('of what the ticket has already is nothing, and what it would change has to be more certain', async () => {
    const having = (category: string, least = {}) =>
      byRule('ticket-suggest', (input: { ticket: object }) => ({
        ...input,
        ticket: { ...input.ticket, category },
        leastConfidence: least,
      }))
    expect((await having('Email')).answer).toMatchObject({ category: null, resolution: { evidence: ['c1'] } })
    const { answer } = await byRule('ticket-suggest')
    const { confidence } = (answer as { category: { confidence: number } }).category
    expect((await having('Network', { category: confidence })).answer).toMatchObject({ category: { value: 'Email' } })
    expect((await having('Network', { category: confidence + 0.001 })).answer).toMatchObject({ category: null })
    expect(leastOf({ ticket: { title: 'A', category: 'Email' } })).toEqual({
      category: 0.85,
      priority: 0.6,
      resolution: 0.6,
    })
  })

  const reasonFor = async (change: (input: Suggesting) => unknown) =>
    ((await byRule('ticket-suggest', change)).answer as { reason: string }).reason

  it('says in its reason which tickets speak for each field, what was missing, and what was left out', async () => {
    const { ticket, closedTickets } = samples['ticket-suggest']
    expect(await reasonFor((input) => input)).toMatch(
      /^Category Email: as similar closed tickets have, such as c1.* Resolution: what solved c1, the most similar one\. Made by rule\.$/,
    )
    expect(await reasonFor((input) => ({ ...input, closedTickets: [] }))).toBe(
      'No category: no closed tickets were given to compare it with. Made by rule.',
    )
    const odd = { title: 'Please order four office chairs', text: 'Grey ones with armrests.' }
    expect(await reasonFor((input) => ({ ...input, ticket: odd }))).toMatch(
      /^No category: no closed ticket is enough like/,
    )
    const changed = { ...ticket, category: 'Network' }
    expect(await reasonFor((input) => ({ ...input, ticket: changed, leastConfidence: { category: 0.99 } }))).toContain(
      'less certain than the 0.99 that is asked for to change Network.',
    )
    expect(await reasonFor((input) => ({ ...input, ticket: { ...ticket, category: 'Email' } }))).toContain(
      'Category stays Email',
    )
    const foreign = { id: 'x1', title: 'Chairs', category: 'Facilities', priority: 'P4' }
    expect(await reasonFor((input) => ({ ...input, closedTickets: [...closedTickets, foreign] }))).toContain(
      'Left out: closed tickets of categories that are not in the list (Facilities).',
    )
  })

  it('is never what the AI Platform itself wrote into a closed ticket', async () => {
    const { closedTickets } = samples['ticket-suggest']
    const drafted = closedTickets.map((closed) => ({ ...closed, resolution: `${draftOpening}\n\nReinstall Outlook.` }))
    const { answer, judge } = await byRule('ticket-suggest', (input: object) => ({ ...input, closedTickets: drafted }))
    expect(answer).toMatchObject({ resolution: null })
    expect((answer as { reason: string }).reason).toContain('Left out: what the AI Platform itself wrote')
    expect(judge(answer)).toEqual([])
  })

  const title = 'Printer prints blank pages'
  const toner = 'The toner was empty and was replaced.'
  const closed = { id: 'T1', title, category: 'Printing', priority: 'P3', resolution: toner }
  const about = async (ticket: object, ...closedTickets: readonly object[]) => {
    const lists = { categories: ['Printing', 'Network'], priorities: ['P1', 'P2', 'P3'] }
    const { answer, judge } = await byRule('ticket-suggest', () => ({ ticket, ...lists, closedTickets }))
    expect(judge(answer)).toEqual([])
    return answer
  }
  const all = {
    category: { value: 'Printing', evidence: ['T1'] },
    priority: { value: 'P3', evidence: ['T1'] },
    resolution: { text: toner, evidence: ['T1'] },
    reason: expect.stringContaining('Category Printing: as T1 has, closed before with the same words.') as string,
  }

  it('is what a closed ticket with the same words was given, also when there is no other one', async () => {
    const blank = { id: 'T2', title: 'Blank pages from the printer in finance', category: 'Printing', priority: 'P3' }
    const wifi = { id: 'T3', title: 'Wi-Fi drops in the meeting room', category: 'Network', priority: 'P2' }
    const short = { title, text: 'Since this morning.', category: 'Network' }
    const long = { title, text: 'Since we came in, each job ends with empty sheets, whoever sends it and from where.' }
    expect(await about(short, { ...blank, resolution: toner }, closed, wifi)).toMatchObject(all)
    expect(await about(long, { ...blank, resolution: toner }, closed)).toMatchObject(all)
    expect(await about(long, { ...closed, ...long })).toMatchObject(all)
    expect(await about({ ...long, title: `Re: ${title}` }, { ...closed, ...long })).toMatchObject(all)
  })

  it('is nothing by a single ticket with other words, or under a title that many have', async () => {
    const none = { category: null, priority: null, resolution: null }
    expect(await about({ title: 'Printer prints in colour' }, closed)).toMatchObject(none)
    const problem = { ...closed, title: 'Printer problem' }
    expect(await about({ title: 'Printer problem', text: 'The tray is broken.' }, problem)).toMatchObject(none)
    expect(await about({ title: 'Help' }, { ...closed, title: 'Help' })).toMatchObject(none)
    expect(await about({ title }, closed, { ...closed, id: 'T2', category: 'Network', priority: 'P2' })).toMatchObject(
      none,
    )
  })

  it('is nothing certain by twenty closed tickets that share everyday words or one thing, and nothing of what is denied', async () => {
    const told = {
      Accounts: [
        'I need a new password',
        'I need access to finance',
        'New starter needs an account',
        'Unlock my account',
      ],
      Printing: ['The printer is down', 'No page prints', 'Printer problem: paper jam', 'It prints blank paper'],
      Network: [
        'Wi-Fi does not work in room 3',
        'The VPN is slow',
        'No internet at the branch',
        'Network drive disconnects',
      ],
      Email: ['I cannot send email', 'Outlook crashes', 'New mailbox for sales', 'Mail bounces'],
      Security: ['Laptop shows a virus warning', 'Dead link in a phishing mail', 'Lost laptop', 'Pop-ups on a laptop'],
    }
    const closedTickets = Object.entries(told).flatMap(([category, titles]) =>
      titles.map((one, index) => ({
        id: `${category}-${index}`,
        title: one,
        text: `${one}.`,
        category,
        priority: 'P3',
      })),
    )
    const categoryOf = async (words: string, least = 0.6) => {
      const input = { categories: Object.keys(told), priorities: ['P1', 'P3'], leastConfidence: { category: least } }
      const { answer } = await byRule('ticket-suggest', () => ({ ...input, ticket: { title: words }, closedTickets }))
      return (answer as { category: { value: string; confidence: number } | null }).category
    }
    for (const words of ['I need a new mouse', 'Laptop battery dead', 'We need a new projector in the meeting room'])
      expect(await categoryOf(words)).toBeNull()
    for (const words of ['Not a printer problem: the Wi-Fi is down', 'Nicht der Drucker, das WLAN ist weg'])
      expect(await categoryOf(words, 0)).toMatchObject({ value: 'Network' })
    expect((await categoryOf('The mailbox of sales bounces mail'))?.confidence).toBeLessThan(0.85)
  })

  it.each(['Not a printer problem', 'Kein Druckerproblem', 'The printer is not the problem'])(
    'is nothing by a closed ticket about what %j denies',
    async (denied) => {
      const other = { ...closed, title: denied.replaceAll(/not (?:a|the) |Kein /gi, '') }
      expect(await about({ title: denied }, other)).toMatchObject({ category: null, resolution: null })
    },
  )

  it('rests on the most similar tickets alone, as that of a model does', async () => {
    for (const { input } of ticketInputs('development', 100).listed) {
      const { answer, judge } = await byRule('ticket-suggest', () => input)
      expect(judge(answer)).toEqual([])
    }
  })

  it('is the most urgent priority where nobody can work', async () => {
    const ticket = { title: 'Server down, nobody can work', text: 'The whole office is affected.' }
    const { answer } = await byRule('ticket-suggest', (input: object) => ({ ...input, ticket }))
    expect(answer).toMatchObject({ priority: { value: 'P1', evidence: ['ticket'] } })
  })
})

describe('the recap of a call by rule', () => {
  it('has the sentences that were said, and who took on what until when', async () => {
    const { answer } = await byRule('call-recap')
    const said = samples['call-recap'].segments.map(({ text }) => text).join('\n')
    const { summary, actionItems } = answer as {
      summary: { sentence: string }[]
      actionItems: { what: string; owner: string | null; due: string | null; at: number }[]
    }
    expect(summary.length).toBeGreaterThan(0)
    for (const { sentence } of summary) expect(said).toContain(sentence)
    expect(actionItems.map(({ owner, due, at }) => ({ owner, due, at }))).toEqual([
      { owner: 'Dana Okafor', due: 'by Friday', at: 31 },
      { owner: 'Dana Okafor', due: 'by the end of the week', at: 44 },
      { owner: 'Luis Moreno', due: null, at: 50 },
    ])
  })
})

describe('a reply by rule', () => {
  const articles = [
    { id: 'kb-1', title: 'Backup fails', text: 'A full disk needs room. Delete the oldest chain, and start it again.' },
    { id: 'kb-2', title: 'Files cannot be opened', text: 'It may be ransomware. Isolate the server before all else.' },
  ]
  const repliesTo = async (...said: readonly string[]) => {
    const lines = said.map((text, index) => ({ id: `l-${index + 1}`, speaker: 'Ines Okoro', text }))
    const { answer, judge } = await byRule('reply-suggest', (input: object) => ({ ...input, lines, articles }))
    expect(judge(answer)).toEqual([])
    return (answer as { replies: { text: string; evidence: string[] }[] }).replies
  }

  it('speaks of the emergency alone while there is one, whatever else was mentioned since', async () => {
    const replies = await repliesTo(
      'There is a ransom note.',
      ...Array<string>(8).fill('The backup failed, the disk is full.'),
    )
    expect(replies.length).toBeGreaterThan(0)
    for (const { evidence } of replies) expect(evidence).toEqual(['l-1', 'kb-2'])
  })

  it('is no step that cannot be taken back', async () => {
    const replies = await repliesTo('The backup failed, it says the disk with the oldest chain is full.')
    expect(replies.map(({ text }) => text)).toEqual(['A full disk needs room.'])
  })
})

describe('an invoice explained by rule', () => {
  it('tells a change of quantity and price as one, since neither made the difference by itself', async () => {
    const invoice = (period: string, quantity: string, unitPrice: string, amount: string) => ({
      id: period,
      period,
      lines: [{ id: 'l1', product: 'Workplace', quantity, unitPrice, amount }],
      total: amount,
    })
    const [, ...changes] = factsOf({
      client: { name: 'Fabrikam' },
      currency: 'EUR',
      invoice: invoice('2026-11', '42', '39.00', '1638.00'),
      previous: invoice('2026-10', '40', '37.00', '1480.00'),
    })
    expect(changes.map(({ id, text }) => [id, text])).toEqual([
      [
        'quantity:l1',
        'The quantity of Workplace went from 40 to 42, and its price from EUR 37.00 to EUR 39.00 each: EUR 1480.00 became EUR 1638.00, EUR 158.00 more.',
      ],
    ])
  })

  it('says nothing of a price where a product has several', () => {
    const line = (id: string, unitPrice: string, amount: string) => ({
      id,
      product: 'Backup',
      quantity: '1',
      unitPrice,
      amount,
    })
    const invoice = (period: string, quantity: string, total: string) => ({
      id: period,
      period,
      lines: [line('l1', '10.00', '10.00'), { ...line('l2', '20.00', total), quantity }],
      total: period === '2026-10' ? '30.00' : '50.00',
    })
    const [, ...changes] = factsOf({
      client: { name: 'Fabrikam' },
      currency: 'EUR',
      invoice: invoice('2026-11', '2', '40.00'),
      previous: {
        ...invoice('2026-10', '1', '20.00'),
        lines: [line('k1', '20.00', '20.00'), line('k2', '10.00', '10.00')],
      },
    })
    expect(changes.map(({ text }) => text)).toEqual([
      'The quantity of Backup went from 2 to 3: EUR 30.00 became EUR 50.00, EUR 20.00 more.',
    ])
  })

  it('tells the total and every contradiction, however many changes there are', async () => {
    const { answer } = await byRule('billing-explanation', () => {
      const lines = Array.from({ length: 80 }, (_, index) => ({
        id: `l${index}`,
        product: `Product ${index}`,
        quantity: '1',
        unitPrice: '1.00',
        amount: index === 79 ? '2.00' : '1.00',
      }))
      return {
        client: { name: 'Fabrikam' },
        currency: 'EUR',
        invoice: { id: 'i2', period: '2026-11', lines, total: '90.00' },
        previous: { id: 'i1', period: '2026-10', lines: [{ ...lines[0], product: 'Gone' }], total: '1.00' },
      }
    })
    const { sentences } = answer as { sentences: { text: string; evidence: string[] }[] }
    const told = sentences.flatMap(({ evidence }) => evidence)
    expect(sentences).toHaveLength(60)
    expect(told).toEqual(expect.arrayContaining(['total', 'amount:l79', 'sum:i2']))
    expect(sentences[0]?.text).toMatch(/ 24 more changes are not told here\.$/)
  })

  it('says of a credit as well that its lines do not make what it says', () => {
    const credit = (quantity: string, unitPrice: string, amount: string, total: string) =>
      factsOf({
        client: { name: 'Fabrikam' },
        currency: 'EUR',
        invoice: {
          id: 'n1',
          period: '2026-11',
          lines: [{ id: 'l1', product: 'Backup', quantity, unitPrice, amount }],
          total,
        },
      }).map(({ text }) => text)
    expect(credit('-3', '15.00', '-45.00', '-54.00')).toEqual([
      'The total of 2026-11 is EUR -54.00.',
      'The lines of n1 add up to EUR -45.00, but its total says EUR -54.00.',
    ])
    // Half a cent goes away from zero, as on invoices of what is owed.
    expect(credit('-1', '0.005', '-0.01', '-0.01')).toEqual(['The total of 2026-11 is EUR -0.01.'])
    expect(credit('1', '0.005', '0.01', '0.01')).toEqual(['The total of 2026-11 is EUR 0.01.'])
  })

  it('has every change and every contradiction, recomputed', async () => {
    const { answer } = await byRule('billing-explanation')
    expect((answer as { sentences: { text: string; evidence: string[] }[] }).sentences).toEqual([
      {
        text: 'The total of 2026-11 is EUR 1156.25; the total of 2026-10 was EUR 999.80: EUR 156.45 more.',
        evidence: ['total'],
      },
      { text: 'New: Email security, 25 at EUR 1.75 each: EUR 43.75.', evidence: ['new:l3'] },
      { text: 'No longer there: Office phone, which was EUR 19.80 in 2026-10.', evidence: ['gone:k3'] },
      {
        text: 'The quantity of Managed workstation went from 22 to 25: EUR 935.00 became EUR 1062.50, EUR 127.50 more.',
        evidence: ['quantity:l1'],
      },
      {
        text: 'The line l2, Backup, says EUR 50.00, but 3 at EUR 15.00 make EUR 45.00: EUR 5.00 too much.',
        evidence: ['amount:l2'],
      },
    ])
  })
})

describe('the narrative of an attack by rule', () => {
  it('tells each event in the order of time, with its evidence', async () => {
    const { answer } = await byRule('attack-narrative')
    const { sentences } = answer as { sentences: { text: string; evidence: string[] }[] }
    expect(sentences.map(({ evidence }) => evidence)).toEqual([['e1'], ['e2'], ['e3'], ['e4']])
    expect(sentences[2]?.text).toBe(
      '2026-11-27T09:12:10Z, SRV-02: NORTHWIND\\alice logged on from FIN-01 (T1021.001 Remote Desktop Protocol).',
    )
  })
})

describe('the check between a model and a product', () => {
  const refused = async (name: Name, answer: unknown) => (await byRule(name)).judge(answer)

  it.each<[string, Name, unknown, RegExp]>([
    [
      'a category that the tenant does not have',
      'ticket-suggest',
      {
        category: { value: 'Hardware', confidence: 0.9, evidence: ['c1'] },
        priority: null,
        resolution: null,
        reason: 'Similar.',
      },
      /^category\.value is none of the categories/,
    ],
    [
      'a resolution that no closed ticket had',
      'ticket-suggest',
      {
        category: null,
        priority: null,
        resolution: { text: 'Reboot.', confidence: 0.9, evidence: ['ticket'] },
        reason: 'Similar.',
      },
      /^resolution\.evidence must name the closed ticket/,
    ],
    [
      'a resolution that its closed ticket does not have',
      'ticket-suggest',
      {
        category: null,
        priority: null,
        resolution: { text: 'Replaced the mainboard and formatted every drive.', confidence: 0.9, evidence: ['c1'] },
        reason: 'Similar.',
      },
      /^resolution\.text is not what its closed tickets say/,
    ],
    [
      'a category for which tickets of another one speak',
      'ticket-suggest',
      {
        category: { value: 'Printing', confidence: 0.9, evidence: ['c1'] },
        priority: null,
        resolution: null,
        reason: 'Similar.',
      },
      /^category\.evidence names closed tickets of other categories alone/,
    ],
    [
      'a reason with a figure that no ticket has',
      'ticket-suggest',
      { category: null, priority: null, resolution: null, reason: 'This was so in 4711 tickets.' },
      /^reason has 4711, which no ticket has/,
    ],
    [
      'a suggestion that is less certain than was asked for',
      'ticket-suggest',
      {
        category: { value: 'Email', confidence: 0.2, evidence: ['c1'] },
        priority: null,
        resolution: null,
        reason: 'Similar.',
      },
      /^category is less certain than 0\.6/,
    ],
    [
      'a figure that was not said',
      'call-recap',
      { summary: [{ sentence: 'She deleted 60 GB of logs.', evidence: ['s4'] }], actionItems: [] },
      /^summary\.0\.sentence has 60/,
    ],
    [
      'somebody who was not on the call',
      'call-recap',
      {
        summary: [{ sentence: 'The file server at the branch is down.', evidence: ['s2'] }],
        actionItems: [{ what: 'Move the logs', owner: 'Bob', due: 'by Friday', at: 31, evidence: ['s4'] }],
      },
      /^actionItems\.0\.owner was not on the call/,
    ],
    [
      'a deadline that was not said',
      'call-recap',
      {
        summary: [{ sentence: 'The file server at the branch is down.', evidence: ['s2'] }],
        actionItems: [{ what: 'Move the logs', owner: null, due: 'by Monday', at: 31, evidence: ['s4'] }],
      },
      /^actionItems\.0\.due was not said/,
    ],
    [
      'a figure that was not computed',
      'billing-explanation',
      { sentences: [{ text: 'The total is EUR 1156.20.', evidence: ['total'] }] },
      /^sentences\.0\.text has EUR 1156\.20/,
    ],
    [
      'an invoice whose contradiction is smoothed',
      'billing-explanation',
      {
        sentences: [{ text: 'All is well.', evidence: ['total', 'new:l3', 'gone:k3', 'quantity:l1'] }],
      },
      /^sentences leave out amount:l2/,
    ],
    [
      'what another event says',
      'attack-narrative',
      { sentences: [{ text: 'Ransomware behaviour began with a macro.', evidence: ['e1'] }], techniques: [] },
      /^sentences\.0\.text names Ransomware behaviour/,
    ],
    [
      'a device from another event',
      'attack-narrative',
      { sentences: [{ text: 'powershell.exe ran on SRV-02.', evidence: ['e2'] }], techniques: [] },
      /^sentences\.0\.text has SRV-02/,
    ],
    [
      'a technique that no event names',
      'attack-narrative',
      {
        sentences: [{ text: 'It began.', evidence: ['e1'] }],
        techniques: [{ id: 'T1486', name: 'Data Encrypted for Impact', evidence: ['e4'] }],
      },
      /^techniques\.0/,
    ],
    [
      'another order than that of time',
      'attack-narrative',
      {
        sentences: [
          { text: 'Ransomware was detected.', evidence: ['e4'] },
          { text: 'It began with a macro.', evidence: ['e1'] },
        ],
        techniques: [],
      },
      /^sentences\.1 tells what happened before/,
    ],
    [
      'a reply to nothing that was said',
      'reply-suggest',
      { replies: [{ text: 'Let us sign in again.', evidence: ['kb-12'] }] },
      /^replies\.0\.evidence names no line of the call/,
    ],
    [
      'a reply that tells to destroy something',
      'reply-suggest',
      { replies: [{ text: 'Let us wipe the laptop and sign in again.', evidence: ['l-7', 'kb-12'] }] },
      /^replies\.0\.text has a step that destroys/,
    ],
  ])('refuses %s', async (_, name, answer, fault) => {
    expect((await refused(name, answer))[0]).toMatch(fault)
  })

  it('refuses to suggest what the ticket has already', async () => {
    const { judge } = await byRule('ticket-suggest', (input: Suggesting) => ({
      ...input,
      ticket: { ...input.ticket, category: 'Email' },
    }))
    const category = { value: 'Email', confidence: 0.95, evidence: ['c1'] }
    const faults = judge({ category, priority: null, resolution: null, reason: 'Similar.' })
    expect(faults).toEqual([expect.stringMatching(/^category is what the ticket has/)])
  })
})
