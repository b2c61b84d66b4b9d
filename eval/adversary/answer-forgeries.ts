// What is invented beside sentences: ids, labels, people, deadlines, moments, techniques; and what is left out.
import type { WordyFeature } from '../answerer.ts'
import { billForgeries } from './bill-forgeries.ts'
import { causeForgeries } from './cause-forgeries.ts'
import { type Evidenced, type Forgery, forgery, inventedId, onOne } from './forgery.ts'

type Suggestion = {
  category: ({ value: string; confidence: number } & Evidenced) | null
  priority: ({ value: string } & Evidenced) | null
  resolution: ({ text: string } & Evidenced) | null
}
type Item = { owner: string | null; due: string | null; at: number } & Evidenced
type Recap = { summary: Evidenced[]; actionItems: Item[] }
type Segments = { segments: { id: string; speaker: string; text: string }[] }
type Narrative = {
  sentences: ({ text: string } & Evidenced)[]
  techniques: ({ id: string; name: string } & Evidenced)[]
}
type Events = { events: { id: string; at: string; device: string; technique?: { id: string; name: string } }[] }

export const answerForgeries: Readonly<Record<WordyFeature, readonly Forgery[]>> = {
  'ticket-suggest': [
    inventedId(({ category, priority, resolution }: Suggestion) =>
      [category, priority, resolution].filter((one) => one !== null),
    ),
    forgery('category', ({ category }: Suggestion) => Boolean(category && (category.value = 'Facilities'))),
    forgery('priority', ({ priority }: Suggestion) => Boolean(priority && (priority.value = 'Urgent'))),
    forgery('category of other tickets', ({ category }: Suggestion, input: { categories: string[] }) => {
      const other = input.categories.find((one) => one !== category?.value)
      return Boolean(category && other !== undefined && (category.value = other))
    }),
    forgery('resolution that nobody wrote', ({ resolution }: Suggestion) =>
      Boolean(resolution && (resolution.text = 'Delete the tenant and let all people begin anew.')),
    ),
  ],
  'call-recap': [
    inventedId(({ summary }: Recap) => summary),
    inventedId(({ actionItems }: Recap) => actionItems),
    forgery('person who was not there', ({ actionItems }: Recap, _input, turn) =>
      onOne(actionItems, turn, (item) => (item.owner = 'Mallory Eve')),
    ),
    forgery('person who had no part in it', ({ actionItems }: Recap, { segments }: Segments, turn) => {
      const item = actionItems[turn % Math.max(1, actionItems.length)]
      const said = segments.filter(({ id }) => item?.evidence.includes(id))
      const words = said.map(({ speaker, text }) => `${speaker} ${text}`).join(' ')
      const speakers = [...new Set(segments.map(({ speaker }) => speaker))]
      const other = speakers.find((speaker) => !words.includes(speaker.split(' ')[0] ?? speaker))
      return Boolean(item && speakers.length > 2 && other !== undefined && (item.owner = other))
    }),
    forgery('deadline', ({ actionItems }: Recap, _input, turn) =>
      onOne(actionItems, turn, (item) => (item.due = 'by 31 May')),
    ),
    forgery('deadline cut within a word', ({ actionItems }: Recap, _input, turn) =>
      onOne(
        actionItems.filter(({ due }) => /\p{L}{4}$/u.test(due ?? '')),
        turn,
        (item) => (item.due = (item.due ?? '').slice(0, -2)),
      ),
    ),
    forgery('moment', ({ actionItems }: Recap, _input, turn) => onOne(actionItems, turn, (item) => (item.at += 3))),
  ],
  'billing-explanation': billForgeries,
  'attack-narrative': [
    inventedId(({ sentences }: Narrative) => sentences),
    forgery('device of another event', ({ sentences }: Narrative, { events }: Events, turn) => {
      const sentence = sentences[turn % sentences.length]
      const other = events.find(({ device }) => sentence && !sentence.text.includes(device))
      if (!sentence || !other) return false
      sentence.text = `${sentence.text.slice(0, 300)} It went on at ${other.device}.`
      return true
    }),
    ...['**', '<i></i>', '\u200b'].map((mark) =>
      forgery(
        `device of another event, in two halves with ${JSON.stringify(mark)} between them`,
        ({ sentences }: Narrative, { events }: Events, turn) => {
          const sentence = sentences[turn % sentences.length]
          const other = events.find(({ device }) => sentence && !sentence.text.includes(device))
          if (!sentence || !other) return false
          const device = `${other.device.slice(0, 2)}${mark}${other.device.slice(2)}`
          sentence.text = `${sentence.text.slice(0, 300)} It went on at ${device}.`
          return true
        },
      ),
    ),
    forgery(
      'technique listed',
      ({ techniques }: Narrative, { events }: Events) =>
        techniques.push({ id: 'T1110.003', name: 'Password Spraying', evidence: [events[0]?.id ?? ''] }) > 0,
    ),
    forgery('technique by another name', ({ techniques }: Narrative, _input, turn) =>
      onOne(techniques, turn, (one) => (one.name = 'Password Spraying')),
    ),
    forgery('technique of another event', ({ techniques }: Narrative, { events }: Events, turn) => {
      const bare = events.find(({ technique }) => !technique)
      return bare ? onOne(techniques, turn, (one) => (one.evidence = [bare.id])) : false
    }),
    forgery('technique named in a sentence', ({ sentences }: Narrative, _input, turn) =>
      onOne(sentences, turn, (one) => (one.text = `${one.text.slice(0, 300)} This was done by Password Spraying.`)),
    ),
    ...['lazarus with mimikatz', 'LAZARUS', 'some group: Cobalt – Strike'].map((name) =>
      forgery(`group of attackers, written ${name}`, ({ sentences }: Narrative, _input, turn) =>
        onOne(sentences, turn, (one) => (one.text = `${one.text.slice(0, 300)} It was run by ${name}.`)),
      ),
    ),
    forgery('half of the day and zone', ({ sentences }: Narrative, { events }: Events, turn) =>
      onOne(sentences, turn, (one) => {
        const at = events.find(({ id }) => one.evidence.includes(id))?.at ?? ''
        one.text = `${one.text.slice(0, 300)} That was at ${at.slice(11, 16)} CET.`
      }),
    ),
    forgery('group of attackers', ({ sentences }: Narrative, _input, turn) =>
      onOne(
        sentences,
        turn,
        (one) => (one.text = `${one.text.slice(0, 300)} It looks like the work of Crimson Heron.`),
      ),
    ),
    forgery('order of time', ({ sentences }: Narrative) => {
      const first = sentences.shift()
      return first !== undefined && sentences.length > 0 && sentences.push(first) > 1
    }),
  ],
  'proposal-generate': causeForgeries,
}
