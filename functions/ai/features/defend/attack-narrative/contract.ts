// What the narrative of an attack is made from, and how it is told.
import * as z from 'zod'
import { Evidence, SourceId } from '../../source.ts'

const Name = z.string().trim().min(1).max(200)

const Technique = z.strictObject({
  id: z.string().regex(/^T\d{4}(?:\.\d{3})?$/, 'must be the id of a technique of MITRE ATT&CK, such as T1059.001'),
  name: Name,
})

export const eventKinds = [
  'process-started',
  'file-written',
  'network-connection',
  'logon',
  'privilege-change',
  'persistence-created',
  'credential-access',
  'data-sent',
  'detection',
] as const

const Event = z.strictObject({
  id: SourceId,
  at: z.iso.datetime({ offset: true }),
  kind: z.enum(eventKinds),
  device: Name,
  user: Name.optional(),
  process: Name.optional(),
  parentProcess: Name.optional(),
  commandLine: z.string().min(1).max(2_000).optional(),
  target: Name.optional().describe('The file, host, address or key that it was done to'),
  fromDevice: Name.optional().describe('Of a logon: where it came from'),
  technique: Technique.optional(),
})

export const AttackNarrativeInput = z
  .strictObject({
    investigation: z.strictObject({ id: z.string().min(1).max(200), title: z.string().trim().min(1).max(300) }),
    events: z.array(Event).min(1).max(300),
  })
  .check(({ value, issues }) => {
    const seen = new Set<string>()
    for (const [index, { id }] of value.events.entries()) {
      if (seen.has(id))
        issues.push({ code: 'custom', input: id, path: ['events', index, 'id'], message: 'is given more than once' })
      seen.add(id)
    }
  })

export const AttackNarrative = z
  .object({
    sentences: z
      .array(z.object({ text: z.string().min(1).max(600), evidence: Evidence }))
      .min(1)
      .max(60)
      .describe('What happened, in the order of time'),
    techniques: z
      .array(z.object({ id: z.string().max(20), name: Name, evidence: Evidence }))
      .max(60)
      .describe('Techniques of MITRE ATT&CK that the events name'),
  })
  .describe('The narrative of an attack, each sentence with the events it rests on')
