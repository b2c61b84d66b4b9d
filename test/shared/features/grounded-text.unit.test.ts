// What a person reads of an answer in text that names what the model was not given.
import { describe, expect, it } from 'vitest'
import { groundedText } from '../../../shared/features/grounded-text.ts'
import { growthOf } from '../../support/processor-time.ts'

const known = [
  'src/app.ts The application listens on port 8080 and reads the table orders of db-01.northwind.example.',
  'orders.sql CREATE TABLE orders (id uuid, total numeric). It is version 2.4.1.',
  'Is it faster than 250 ms?',
]
const shown = (answer: string, size = answer.length): string => {
  const { push, end } = groundedText(known)
  const parts = Array.from({ length: Math.ceil(answer.length / size) }, (_, at) =>
    answer.slice(at * size, (at + 1) * size),
  )
  return parts.map(push).join('') + end()
}
const mark = '(not in the sources)'

describe('a statement', () => {
  it.each([
    'It listens on port 8080 [src/app.ts].',
    '# Orders\n\nVersion 2.4.1 has one table [orders.sql].\n',
    'It has 3 parts and 2 tables.',
    '1. Start it.\n2. Ask port 8080.\n12. Stop it.\n',
    'Whether it is faster than 250 ms is not said.',
    'The host is db-01.northwind.example.',
    'Nothing is documented about backups.',
    'It reads orders \\[src/app.ts\\]. And \\*that\\* is all.',
    '```\nnode src/app.ts\n```\n',
  ])('that names what was given is shown as it is: %s', (answer) => {
    expect(shown(answer)).toBe(answer)
  })

  it.each([
    ['It has 42 tables [orders.sql].', `It has 42 tables [orders.sql]. ${mark}`],
    ['It keeps them in /etc/shadow. It reads orders.', `It keeps them in /etc/shadow. ${mark} It reads orders.`],
    ['- Version 3.14 is used.\n- It reads orders.\n', `- Version 3.14 is used. ${mark}\n- It reads orders.\n`],
    ['| port | use |\n| 9090 | web |\n', `| port | use |\n| 9090 | web ${mark} |\n`],
    ['It runs on db-02.northwind.example.', `It runs on db-02.northwind.example. ${mark}`],
    ['```\nnode /opt/x/y.js\n```\nDone.', `\`\`\`\nnode /opt/x/y.js\n\`\`\`\n\n${mark}\nDone.`],
    ['```\nnode /opt/x/y.js\n', `\`\`\`\nnode /opt/x/y.js\n\n\n${mark}\n`],
  ])('that names something else says so itself: %s', (answer, expected) => {
    expect(shown(answer)).toBe(expected)
  })

  it('is the same in whatever pieces it comes', () => {
    const answer =
      'It has 42 tables [orders.sql]. It reads orders.\n\n| 9090 | web |\nIt is version 2.4.1. Ask 0800-12345.'
    for (const size of [1, 2, 3, 7, 20]) expect(shown(answer, size)).toBe(shown(answer))
  })

  it('that has no end is shown all the same', () => {
    const { push, end } = groundedText(known)
    const words = 'word '.repeat(300)
    expect(push(words)).toBe(words)
    expect(end()).toBe('')
  })

  it('of what was taken back is forgotten', () => {
    const { push, end, reset } = groundedText(known)
    push('```\nIt has 42')
    reset()
    expect(push('It reads orders. ') + end()).toBe('It reads orders. ')
  })
})

it.each(['a.', '[', '| 1 ', '```\n', '1. ', '# '])(
  'an answer of nothing but "%s" takes time by its length alone',
  (bit) => {
    const { ms, msMax } = growthOf((text) => groundedText(known).push(text), bit)
    expect(ms).toBeLessThan(msMax)
  },
)
