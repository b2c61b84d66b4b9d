// What is said of a text without a model: parts of what was given, and nothing where it would be a guess.
import { array, assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { english } from '../../../../functions/ai/features/voice/call-recap/english.ts'
import { actionItemsOf } from '../../../../shared/ai/offline/action-items.ts'
import { backingOf } from '../../../../shared/ai/offline/backing.ts'
import { createClassifier } from '../../../../shared/ai/offline/classification.ts'
import { createLabelOdds } from '../../../../shared/ai/offline/label-odds.ts'
import { countTerms, countTermsAndConcepts, createSimilarity } from '../../../../shared/ai/offline/similar-texts.ts'
import { sentencesOf } from '../../../../shared/ai/offline/sentences.ts'
import { summaryOf } from '../../../../shared/ai/offline/summary.ts'
import { termsOf } from '../../../../shared/ai/offline/terms.ts'
import { growthOf } from '../../../support/processor-time.ts'

describe('the terms of a text', () => {
  it.each([
    ['Error 0x80070005 on 10.0.4.17', ['error', '0x80070005', '10.0.4.17']],
    ['KB5034441 fails with CVE-2024-3094', ['kb5034441', 'fail', 'cve-2024-3094']],
    [
      'Restart C:\\Windows\\System32\\spoolsv.exe v10.2.1',
      ['restart', 'c:\\windows\\system32\\spoolsv.exe', 'v10.2.1'],
    ],
    ['Call +49 (30) 901-820 now', ['call', 'now', '+4930901820']],
    ['Tickets failed', ['ticket', 'fail']],
  ])('of %j are %j', (text, terms) => {
    expect(termsOf(text)).toEqual(terms)
  })
})

describe('a summary', () => {
  const passages = [
    { id: 'a', text: 'Hello, thanks for calling. The mail server stopped at noon. Nobody can send mail.' },
    { id: 'b', text: 'The mail server stopped because its certificate had expired. I have replaced the certificate.' },
    { id: 'c', text: 'The weather is nice today. Mail works again.' },
  ]

  it('has what the text is about, in the order in which it stands there', () => {
    const sentences = summaryOf(passages, 3).map(({ id, sentence }) => `${id} ${sentence}`)
    expect(sentences).toEqual([
      expect.stringMatching(/^a /),
      'b The mail server stopped because its certificate had expired.',
      'b I have replaced the certificate.',
    ])
  })

  it('does not end within an abbreviation, and is found in time in a line of nothing else', () => {
    expect(sentencesOf('Ask Mr. Stone, e.g. on Monday. He knows.', 5)).toEqual([
      'Ask Mr. Stone, e.g. on Monday.',
      'He knows.',
    ])
    const { ms, msMax } = growthOf((line) => sentencesOf(line, 5), 'Mr. ')
    expect(ms).toBeLessThan(msMax)
  })

  it.each([
    [['Wir melden uns bis zum 15. Dezember.', 'Danke.']],
    [['Am 15. 12. 2026 kommen wir.', 'Gut.']],
    [['Das Gerät im 3. Stock steht.', 'Schade.']],
    [['Am 15. um acht, z. B. Montag, d. h. Frau Alt bzw. Hr. Beck.', 'Gut.']],
    [['Das dauert ca. 15 Minuten an Nr. 5.', 'Gut.']],
    [['Es sind 15.', 'Danke.']],
    [['The cable is in port 24.', 'Dana knows.']],
  ])('ends as German and English sentences do: %j', (sentences) => {
    expect(sentencesOf(sentences.join(' '), 5)).toEqual(sentences)
  })

  it('has what is the matter, and not what is left out', () => {
    const isMatter = (sentence: string) => sentence.includes('weather')
    expect(summaryOf(passages, 1, { isMatter }).map(({ sentence }) => sentence)).toEqual(['The weather is nice today.'])
    const isLeftOut = (sentence: string) => !sentence.includes('Mail works')
    expect(summaryOf(passages, 3, { isLeftOut })).toEqual([{ id: 'c', sentence: 'Mail works again.' }])
  })

  it('is made of sentences of the text, word for word, each once, whatever the text is', () => {
    assert(
      property(array(string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 8 }), (texts) => {
        const given = texts.map((text, index) => ({ id: String(index), text }))
        const found = summaryOf(given, 5)
        expect(found.length).toBeLessThanOrEqual(5)
        for (const { id, sentence } of found) expect(texts[Number(id)]).toContain(sentence)
      }),
      { numRuns: 200 },
    )
  })

  it('names once what a text of a megabyte repeats', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => `Server ${index} stopped at ${index} o'clock.`).join(' ')
    expect(summaryOf([{ id: 'a', text: long }], 5)).toHaveLength(1)
  })
})

describe('the action items of a call', () => {
  const of = (...said: readonly (readonly [string, string])[]) =>
    actionItemsOf(
      said.map(([speaker, text], index) => ({ id: String(index), speaker, text })),
      30,
      [english],
    ).map(({ what, owner, due }) => [what, owner, due])

  it.each<[string, string, string | null, string | null]>([
    ['who says so', "I'll send you the quote by Friday.", 'Ana', 'by Friday'],
    ['who is asked, of two', 'Could you restart the router tomorrow morning?', 'Ben', 'tomorrow morning'],
    ['who is named', 'Ben will you please order two licences this week?', 'Ben', 'this week'],
    [
      'nobody when all are meant',
      'We need to replace the firewall before the end of the month.',
      null,
      'before the end of the month',
    ],
    ['nobody when it has to be done', 'The backup must be checked within two days.', null, 'within two days'],
  ])('belong to %s', (_, what, owner, due) => {
    expect(of(['Ben', 'Hello Ana.'], ['Ana', what])).toEqual([[what, owner, due]])
  })

  it.each<[string, string | null]>([
    ["I'll patch it on Sunday at 6 am.", 'on Sunday at 6 am'],
    ["I'll restart it tomorrow at ten.", 'tomorrow at ten'],
    ['You need to be there before eight.', 'before eight'],
    ["I'll get the prices by next Monday.", 'by next Monday'],
    ['Please send the sheet by the fifth.', 'by the fifth'],
    ["I'll send the report Friday.", 'Friday'],
    ['Please block the account right away.', 'right away'],
    ["I'll call the provider on 3 March.", 'on 3 March'],
    ['It fails since Monday, please check the cable.', null],
    ['Please check the switch on port 24.', null],
    ['Please restart the service on 2 servers.', null],
    ['Please look at the third monitor.', null],
  ])('%s is to be done by: %s', (what, due) => {
    expect(of(['Ben', 'Hello Ana.'], ['Ana', what]).map((item) => item[2])).toEqual([due])
  })

  it.each([
    "I'll be right back.",
    'Could you repeat that please?',
    'Please hold.',
    'Thank you for your help with the printer.',
    'I would have called you yesterday.',
    'Let me know if you need anything else from us.',
    'The router was replaced on Monday.',
    'We will not touch the switch.',
    'We won’t replace the disk today.',
    'We are not going to touch the switch.',
    'The switch does not need to be replaced.',
    'We do not have to replace the switch.',
  ])('are not in %j', (sentence) => {
    expect(of(['Ben', 'Hello Ana.'], ['Ana', sentence])).toEqual([])
  })

  it.each([
    ['We will not touch the switch, but I will order a cable by Friday.', 'Ana', 'by Friday'],
    ['I won’t forget to send it tomorrow.', 'Ana', 'tomorrow'],
  ])('are in %j, whatever is denied beside', (what, owner, due) => {
    expect(of(['Ben', 'Hello Ana.'], ['Ana', what])).toEqual([[what, owner, due]])
  })

  it('belong to nobody where it is not clear who of several is asked', () => {
    const what = 'Could you restart the router tomorrow morning?'
    expect(of(['Ben', 'Hello.'], ['Cleo', 'Hello.'], ['Ana', what]).map((item) => item[1])).toEqual([null])
  })

  it('name once what is said again', () => {
    const sentence = "I'll send you the quote by Friday."
    expect(of(['Ana', sentence], ['Ana', sentence])).toHaveLength(1)
  })
})

describe('similar texts', () => {
  const search = createSimilarity(['printer prints nothing', 'mail server stopped', 'vpn drops'].map(countTerms))
  it('are the most similar first, and none without a common term', () => {
    expect(search(countTerms('the printer stopped, it prints nothing'), { max: 3 }).map(({ index }) => index)).toEqual([
      0, 1,
    ])
    expect(search(countTerms('office chairs'), { max: 3 })).toEqual([])
    expect(search(countTerms('mail server stopped'), { max: 1 })[0]?.share).toBeCloseTo(1, 1)
  })
  it('leave out the one that is judged', () => {
    expect(search(countTerms('vpn drops'), { max: 3, except: 2 })).toEqual([])
  })
})

describe('the odds of labels', () => {
  const examples = [
    ...Array.from({ length: 20 }, () => ({ label: 'mail', counts: countTerms('mail server stopped') })),
    { label: 'print', counts: countTerms('printer prints nothing') },
  ]
  it('add up to 1 and are not won by numbers', () => {
    const shares = createLabelOdds(examples)(countTerms('printer nothing'))
    expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    expect(shares.get('print')).toBeGreaterThan(shares.get('mail') ?? 1)
  })
  it('forget an example that is judged', () => {
    const odds = createLabelOdds(examples)
    const print = examples.at(-1)
    expect(odds(countTerms('printer nothing'), print).get('print')).toBeLessThan(
      odds(countTerms('printer nothing')).get('print') ?? 0,
    )
  })
})

describe('what examples can make certain', () => {
  const isEveryday = (term: string) => ['need', 'new'].includes(term)
  const backed = (text: string, ...examples: readonly string[]) =>
    backingOf(
      countTermsAndConcepts(text),
      examples.map((example) => ({ counts: countTermsAndConcepts(example) })),
      isEveryday,
    )
  const jams = (count: number) => Array.from({ length: count }, () => 'Printer in finance jams')
  it('is nothing by everyday words, little by one thing, and more by each that has more of the text', () => {
    expect(backed('I need a new mouse', 'I need a new password', 'They need a new account')).toBe(0)
    expect(backed('Laptop battery dead', 'Lost laptop')).toBeLessThan(0.3)
    expect(backed('Laptop battery dead', 'Lost laptop', 'Virus on a laptop', 'Laptop stolen')).toBeLessThan(0.6)
    expect(backed('Printer jams', ...jams(1))).toBe(0.5)
    expect(backed('Printer jams', ...jams(5))).toBeLessThan(0.85)
    expect(backed('Printer jams', ...jams(6))).toBeGreaterThan(0.85)
    expect(backed('Printer jams', ...jams(300))).toBeLessThanOrEqual(1)
  })
  it('bounds how certain a label is', () => {
    const closed = ['Printing', 'Network', 'Email', 'Telephony'].flatMap((label, index) =>
      ['one', 'two', 'three', 'four'].map((word) => ({
        id: `${label}-${word}`,
        label,
        text: `${['Printer jams', 'VPN drops', 'Mailbox full', 'Voicemail silent'][index]} ${word}`,
      })),
    )
    expect(createClassifier(closed).classify('Printer jams')?.confidence).toBe(0.8)
  })
})

describe('a classification', () => {
  const examples = ['stuck', 'blank', 'slow', 'offline', 'jammed', 'loud'].flatMap((word, index) => [
    { id: `p${index}`, label: 'Printing', text: `The printer is ${word}, paper and toner are there` },
    { id: `m${index}`, label: 'Email', text: `Outlook is ${word}, the mailbox and its calendar are there` },
  ])
  it('is the label of what is similar, with its evidence', () => {
    const found = createClassifier(examples).classify('The printer is broken, the toner is new')
    expect(found).toMatchObject({ label: 'Printing' })
    expect(found?.confidence).toBeGreaterThan(0.8)
    expect(found?.evidence.every((id) => id.startsWith('p'))).toBe(true)
  })
  it('is none for what is like no example, and none without examples', () => {
    expect(createClassifier(examples).classify('Order four office chairs')).toBeUndefined()
    expect(createClassifier([]).classify('The printer is stuck')).toBeUndefined()
  })
  describe('of texts that an IT department gets', () => {
    const told = [
      ['Printing', 'The copier in accounting jams'],
      ['Printing', 'Toner is low on the second floor'],
      ['Printing', 'Der Drucker am Empfang druckt leere Seiten'],
      ['Network', 'The VPN drops every ten minutes'],
      ['Network', 'Guests cannot use the wireless in the lobby'],
      ['Network', 'WLAN im Lager ist langsam'],
      ['Email', 'Outlook does not show the shared mailbox'],
      ['Email', 'A message bounces with an SPF error'],
      ['Email', 'My inbox is full and mails are late'],
      ['Telephony', 'The extension of the workshop is dead'],
      ['Telephony', 'Voicemail asks for a PIN'],
      ['Telephony', 'Callers hear no hold music on the SIP trunk'],
    ] as const
    const classifier = createClassifier(told.map(([label, text], index) => ({ id: `${label}-${index}`, label, text })))
    it('knows the thing by another word, in another language', () => {
      expect(classifier.classify('Tray 2 of the printer')).toMatchObject({ label: 'Printing' })
      expect(classifier.classify('Das Postfach')).toMatchObject({ label: 'Email' })
      expect(classifier.classify('No Wi-Fi')).toMatchObject({ label: 'Network' })
    })
    it('is certain of nothing where a text names none of the things, whatever words it shares', () => {
      expect(classifier.classify('Guests cannot use the lobby')?.confidence ?? 0).toBe(0)
      expect(classifier.classify('Guests cannot use the wireless in the lobby')?.confidence).toBeGreaterThan(0)
    })
    it('tells no urgency by the thing that a text is about', () => {
      const urgent = createClassifier(
        told.map(([label, text], index) => ({ id: `${index}`, label: label === 'Printing' ? 'P4' : 'P2', text })),
        { isAlwaysLabelled: true },
      )
      expect(urgent.classify('Printer tray')).toBeUndefined()
    })
  })
  it('is certain of nothing that is far less clear than whatever was right before', () => {
    const other = 'Slow calendar of offline events in the garden, with chairs, tables and lamps'
    expect(createClassifier(examples).classify(other)?.confidence).toBe(0)
  })
  it('is not certain where the examples contradict each other', () => {
    const noise = examples.map((example, index) => ({ ...example, label: index % 4 < 2 ? 'Printing' : 'Email' }))
    expect(createClassifier(noise).classify('The printer is broken, the toner is new')?.confidence ?? 0).toBeLessThan(
      0.7,
    )
  })
  it('is not certain by two examples', () => {
    const two = examples.slice(0, 2)
    expect(createClassifier(two).classify('The printer is broken, the toner is new')?.confidence ?? 0).toBeLessThan(0.7)
  })
})
