import { describe, expect, it } from 'vitest'
import { embeddedAnswer, embeddedLabel } from '../../../../shared/ai/providers/embedded.ts'
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
    expect(text).toBe('The sources say nothing about this.')
  })

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
})
