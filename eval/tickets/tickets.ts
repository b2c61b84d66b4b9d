// The tickets of an MSP with the category that a dispatcher would give them, and some that belong to none.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Ticket = {
  readonly id: string
  readonly category: string
  readonly priority: string
  readonly title: string
  readonly text: string
  readonly resolution: string | undefined
}

export const categories = [
  'accounts',
  'backup',
  'business-software',
  'email',
  'file-sharing',
  'hardware',
  'network',
  'printing',
  'security',
  'telephony',
] as const

export const priorities = ['P1', 'P2', 'P3', 'P4'] as const

const ticketsOf = (category: string): readonly Ticket[] =>
  readFileSync(join(import.meta.dirname, `${category}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const [priority = '', title = '', text = '', resolution] = line.split(' | ').map((cell) => cell.trim())
      if (!(priorities as readonly string[]).includes(priority) || title === '' || text === '')
        throw new Error(`${category}.txt, line ${index + 1}: write "P3 | title | text | resolution".`)
      return { id: `${category}-${index + 1}`, category, priority, title, text, resolution }
    })

export const listedTickets = (): readonly Ticket[] => categories.flatMap(ticketsOf)

export const unlistedTickets = (): readonly Ticket[] => ticketsOf('out-of-list')
