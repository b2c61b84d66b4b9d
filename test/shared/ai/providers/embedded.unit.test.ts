import { describe, expect, it } from 'vitest'
import { noteOf } from '../../../../functions/ai/root-causes/note.ts'
import { embeddedAnswer, embeddedLabel, unquotedLabel } from '../../../../shared/ai/providers/embedded.ts'
import { type Material, type ModelCall, wholeAnswer } from '../../../../shared/ai/providers/provider.ts'

const notes: readonly Material[] = [
  {
    id: 'ticket-7',
    text: 'Mia reported that Outlook 16.0.2 cannot connect. The mail server mx1.contoso.example answered with 0x80040115. Lunch is at noon.',
  },
  {
    id: 'note-2',
    text: 'After the certificate of the mail server was renewed, Outlook connected again.\nThe printer is out of paper.',
  },
]

const call = (question: string, more: Partial<ModelCall> = {}): ModelCall => ({
  messages: [{ role: 'user', content: question }],
  ceiling: 1_000,
  material: notes,
  signal: new AbortController().signal,
  deadlineMs: 1_000,
  ...more,
})

const draft = noteOf({
  timeline: [{ at: '2026-11-27T09:10:00Z', text: 'Outlook was opened', evidence: ['ticket.opened'] }],
  hypotheses: [
    {
      statement: 'The certificate of mx1 has expired. The ticket says "Outlook 16.0.2 cannot connect".',
      state: 'supported',
      evidence: ['ticket.description', 'cmdb-1.certificate'],
    },
    {
      statement: 'Outlook lacks a patch. Nothing in the ticket speaks of it.',
      state: 'open',
      evidence: ['rmm-1.patches'],
    },
    { statement: 'Outlook has no network.', state: 'contradicted', evidence: ['rmm-1.online'] },
  ],
  openQuestions: [
    { question: 'Since when has Outlook been so? The ticket does not say it.', evidence: ['ticket.description'] },
  ],
  facts: [],
  sources: [{ product: 'psa', kind: 'ticket', id: 'T1', name: 'PSA ticket', outcome: 'read' }],
  model: 'rules',
  writtenAt: '2026-11-27T10:00:00Z',
})
const drafted: readonly Material[] = [
  { id: 'draft-1', text: `Draft of the AI Platform of 2026-11-27, which nobody has confirmed: ${draft}` },
  ...notes,
]

describe('the embedded provider', () => {
  it('quotes the sentences about the question word for word, with the text that each is from, and says that no model wrote them', async () => {
    const { text, model, label, finish } = await wholeAnswer(
      embeddedAnswer(call('Why could the mail server not connect?')),
    )
    expect({ model, label, finish }).toEqual({ model: 'embedded', label: embeddedLabel, finish: 'complete' })
    for (const line of text.split('\n')) {
      const [, sentence = '', id] = /^(.*) \[(.*)\]$/.exec(line) ?? []
      expect(notes.find((note) => note.id === id)?.text).toContain(sentence)
    }
    expect(text).toContain('The mail server mx1.contoso.example answered with 0x80040115. [ticket-7]')
    expect(text).not.toMatch(/Lunch|printer/)
  })

  it('answers the same question the same way', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => wholeAnswer(embeddedAnswer(call('Is Outlook fixed?')))))
    expect(one?.text).toBe(other?.text)
  })

  it('says that the sources say nothing, rather than quote what has nothing to do with the question', async () => {
    const { text } = await wholeAnswer(embeddedAnswer(call('When is the firewall replaced?')))
    expect(text).toBe('Nothing in the sources fits the words of the question. Ask in other words.')
  })

  it.each([
    'What has to be done about lodash?',
    'What do I have to do?',
    'List the steps.',
    'Which version fixes it?',
    'Welche Schritte werden empfohlen?',
  ])('quotes all steps where one is asked for: %s', async (question) => {
    const text =
      'Known weakness in billing.\n\nRecommended remediation:\n1. Update lodash to 4.17.21.\n2. Deploy billing.'
    const material = [
      { id: 'r1.status', text: 'Status: new' },
      { id: 'r1.description', text },
    ]
    const answer = await wholeAnswer(embeddedAnswer(call('', { question, material })))
    expect(answer.text).toContain('1. Update lodash to 4.17.21. [r1.description]\n2. Deploy billing. [r1.description]')
    expect(answer.text.match(/Update lodash/g)).toHaveLength(1)
  })

  it.each(['Summarize the ticket.', 'What happened?', 'Worum geht es?'])(
    'tells in short what people wrote where all is asked for: %s',
    async (question) => {
      const text =
        'Description:\n\nThe login of two customers fails since the update. Ann has rolled it back by hand this morning.'
      const material = [
        { id: 'r1.status', text: 'Status: new' },
        { id: 'r1.description', text },
      ]
      const answer = await wholeAnswer(embeddedAnswer(call('', { question, material })))
      expect(answer.text.split('\n')).toEqual([
        'The login of two customers fails since the update. [r1.description]',
        'Ann has rolled it back by hand this morning. [r1.description]',
      ])
    },
  )

  it('looks for what was asked, not for what the prompt shows beside it', async () => {
    const prompt = ['These are the notes:', ...notes.map(({ text }) => text), 'Is there paper?'].join('\n')
    const { text } = await wholeAnswer(embeddedAnswer(call(prompt, { question: 'Is there paper?' })))
    expect(text).toBe('The printer is out of paper. [note-2]')
  })

  it('quotes no record of a program, only what somebody wrote', async () => {
    const record = { id: 'repository', text: '{"name":"northwind/outlook","languages":["Outlook"]}' }
    const asked = call('Which Outlook is it?', { material: [record, ...notes] })
    const { text } = await wholeAnswer(embeddedAnswer(asked))
    expect(text).toContain('[ticket-7]')
    expect(text).not.toContain('[repository]')
  })

  it('says that there is nothing to quote when no sources are given', async () => {
    const { text } = await wholeAnswer(embeddedAnswer(call('Hello?', { material: [] })))
    expect(text).toMatch(/^There is no answer: no language model is set up/)
  })

  it('leaves JSON to the fallback of the feature', async () => {
    const output = { name: 'triage', schema: { type: 'object' } }
    const { text, finish } = await wholeAnswer(embeddedAnswer(call('Triage Outlook', { output })))
    expect({ text, finish }).toEqual({ text: '', finish: 'unsuited' })
  })

  it('repeats no sentence that two sources have', async () => {
    const twice = [...notes, { id: 'copy', text: notes[1]?.text ?? '' }]
    const { text } = await wholeAnswer(embeddedAnswer(call('certificate of Outlook', { material: twice })))
    expect(text.match(/certificate/g)).toHaveLength(1)
  })

  it('tells of a draft only what the draft found supported, each sentence as a draft, after what people said', async () => {
    const questions = [
      'Why can Outlook not connect?',
      'Does the ticket say that Outlook is open?',
      'Which draft has nobody confirmed?',
    ]
    for (const question of questions) {
      const { text } = await wholeAnswer(embeddedAnswer(call(question, { material: drafted })))
      expect(text).not.toMatch(
        /open:|supported:|Open questions|Hypotheses|Nothing in the ticket|does not say it|patch|network|Root cause|Written/,
      )
      expect(text).not.toMatch(/^(?!Draft, not confirmed: ).*\[draft-1\]/m)
    }
    const { text } = await wholeAnswer(embeddedAnswer(call('Has the certificate expired?', { material: drafted })))
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/\[note-2\]$/),
      'Draft, not confirmed: The certificate of mx1 has expired. [draft-1]',
    ])
  })

  it('tells what people wrote around a draft that they copied, as theirs', async () => {
    const copied = [{ id: 'note-9', text: `Note: I have renewed it.\n\n${draft}\n\nThe certificate is new now.` }]
    const { text } = await wholeAnswer(embeddedAnswer(call('What about the certificate?', { material: copied })))
    expect(text).toBe(
      'The certificate is new now. [note-9]\nDraft, not confirmed: The certificate of mx1 has expired. [note-9]',
    )
  })

  it('finds a fact by the words that people ask by', async () => {
    const facts = [
      { id: 'technician', text: 'Assigned technician: nobody' },
      { id: 'opened', text: 'Opened: 2026-11-30 08:00 UTC' },
      { id: 'company', text: 'Company: Fabrikam' },
    ]
    const asking = async (question: string) =>
      (await wholeAnswer(embeddedAnswer(call(question, { material: facts })))).text
    expect(await asking('Who is the assignee?')).toBe('Assigned technician: nobody [technician]')
    expect(await asking('Wer ist zuständig?')).toBe('Assigned technician: nobody [technician]')
    expect(await asking('When was it reported?')).toBe('Opened: 2026-11-30 08:00 UTC [opened]')
    expect(await asking('Which client has it?')).toBe('Company: Fabrikam [company]')
  })

  it('says nothing more once its caller has left', async () => {
    const leaving = new AbortController()
    const kinds: string[] = []
    const read = async (): Promise<void> => {
      for await (const { kind } of embeddedAnswer(call('Which certificate, Outlook?', { signal: leaving.signal }))) {
        kinds.push(kind)
        leaving.abort()
      }
    }
    await expect(read()).rejects.toMatchObject({ code: 'caller-gone' })
    expect(kinds).toEqual(['text'])
  })

  it('does not claim to quote where it quotes nothing', async () => {
    const nothing = await wholeAnswer(embeddedAnswer(call('When is the firewall replaced?')))
    const noSources = await wholeAnswer(embeddedAnswer(call('Hello?', { material: [] })))
    expect([nothing.label, noSources.label]).toEqual([unquotedLabel, unquotedLabel])
  })
})
