// Questions about records of PSA, RMM and Books, each with the fact that answers it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../shared/context/context.ts'
import type { Told } from '../../shared/context/kind.ts'
import { kindOf } from '../../shared/context/kinds.ts'
import type { Services } from '../../shared/services.ts'

export type RecordQuestion = {
  readonly record: Context
  readonly text: string
  /** The id of the fact, within the record. */
  readonly answeredBy: string
}

const references = {
  ticket: { product: 'psa', kind: 'ticket', id: 'one' },
  device: { product: 'rmm', kind: 'device', id: 'one' },
  invoice: { product: 'books', kind: 'invoice', id: 'one' },
} as const
type KindName = keyof typeof references

export const recordQuestions = async (): Promise<readonly RecordQuestion[]> => {
  const blocks = readFileSync(join(import.meta.dirname, 'questions.txt'), 'utf8')
    .split(/^# /m)
    .slice(1)
  const all = await Promise.all(
    blocks.map(async (block) => {
      const [head = '', ...lines] = block.trim().split('\n')
      const [, kind = '', json = ''] = /^(\w+) (.+)$/.exec(head) ?? []
      const record = await recordOf(kind as KindName, JSON.parse(json) as object)
      return lines.map((line) => {
        const [text = '', answeredBy = ''] = line.split(' | ')
        if (!record.facts.some(({ id }) => id === answeredBy))
          throw new Error(
            `"${line}": the record has no fact ${answeredBy}. It has: ${record.facts.map(({ id }) => id).join(', ')}.`,
          )
        return { record, text, answeredBy }
      })
    }),
  )
  return all.flat()
}

/** As Jarvis shows it. */
const recordOf = async (kind: KindName, record: object): Promise<Context> => {
  const reference = references[kind]
  const found = async () => ({ outcome: 'read', record })
  const products = {
    psa: async () => ({ viewTicket: found }),
    rmm: async () => ({ readDevice: found }),
    books: async () => ({ readInvoice: found }),
  } as unknown as Services['forReading']
  const read = await kindOf(reference).read(products, { tenantId: 't', userId: 'u' }, reference.id)
  if (read.outcome !== 'read') throw new Error(`The ${kind} could not be read.`)
  const { title, url, facts }: Told = read.record
  return { reference, name: kindOf(reference).name, title, url, facts, isCut: false } as unknown as Context
}
