// Process entry: node eval/main.ts [--part held-out|development] [--max cases] [--details] [--url https://…/api --key key]
// Scores the features, prints one table, and exits with 1 under a bar. With `--url` it asks over HTTP whatever model stands behind the door.
import { parseArgs } from 'node:util'
import { byRule, overHttp } from './answerer.ts'
import { evaluate } from './evaluation.ts'
import { isMet, tableOf } from './measure.ts'
import { parts } from './part.ts'

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: 'held-out' },
    max: { type: 'string', default: '1000' },
    details: { type: 'boolean', default: false },
    url: { type: 'string' },
    key: { type: 'string' },
  },
})

const part = parts.find((one) => one === values.part)
const max = Number(values.max)
if (!part) throw new Error(`--part must be one of ${parts.join(', ')}.`)
if (!Number.isInteger(max) || max < 1) throw new Error('--max must be a whole number from 1.')
const { url, key } = values
if ((url === undefined) !== (key === undefined))
  throw new Error('--url and --key belong together: give both, or neither to score the rules.')

const forger = byRule()
const answerer = url !== undefined && key !== undefined ? overHttp({ url, key }) : byRule()
const escapes = new Map<string, number>()
const measures = await evaluate(
  { answerer, forger },
  { part, max, forgedMax: Math.min(max, 40) },
  ({ feature, kind }) => {
    escapes.set(`${feature}: ${kind}`, (escapes.get(`${feature}: ${kind}`) ?? 0) + 1)
  },
)

console.log(`${new Date().toISOString().slice(0, 10)}, ${part} half.\n\n${answerer.versions().join('\n')}\n`)
console.log(tableOf(measures))
if (values.details) for (const [escape, count] of escapes) console.log(`${count} × ${escape}`)
const missed = measures.filter((measure) => !isMet(measure))
console.log(
  missed.length === 0
    ? '\nEvery bar is reached.'
    : `\n${missed.length} ${missed.length === 1 ? 'bar is' : 'bars are'} missed.`,
)
process.exitCode = missed.length === 0 ? 0 : 1
