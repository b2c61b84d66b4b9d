// Process entry: node eval/main.ts [--part held-out|development] [--max cases] [--details] [--url https://…/api --key key]
// Scores the features, prints one table, and exits with 1 under a bar. With `--url` it asks over HTTP whatever model stands behind the door.
import { UsageError, runCommand } from '../shared/command-line.ts'
import { byRule, overHttp } from './answerer.ts'
import { evaluate } from './evaluation.ts'
import { isMet, tableOf } from './measure.ts'
import { parts } from './part.ts'

const usage = `Usage: npm run eval -- [--part <part>] [--max <cases>] [--details] [--url <url> --key <key>]

  --part      ${parts.join(' or ')}. Default: held-out.
  --max       How many cases of each feature at most, from 1. Default: 1000.
  --details   Also tell what has got past the checks and the gate, and what the gate has damaged.
  --url       The API of an AI Platform, such as https://ai.example.com/api, whose models answer. Default: the rules.
  --key       The key of an organization for it.

Ends with 1 when a bar is missed.`

const options = {
  part: { type: 'string', default: 'held-out' },
  max: { type: 'string', default: '1000' },
  details: { type: 'boolean', default: false },
  url: { type: 'string' },
  key: { type: 'string' },
} as const

await runCommand({ usage, options }, async ({ values: { url, key, details, ...values } }) => {
  const part = parts.find((one) => one === values.part)
  const max = Number(values.max)
  if (!part) throw new UsageError(`--part must be one of ${parts.join(', ')}.`)
  if (!Number.isInteger(max) || max < 1) throw new UsageError('--max must be a whole number from 1.')
  if ((url === undefined) !== (key === undefined))
    throw new UsageError('--url and --key belong together: give both, or neither to score the rules.')
  const answerer = url !== undefined && key !== undefined ? overHttp({ url, key }) : byRule()
  const escapes = new Map<string, number>()
  const gateFaults: string[] = []
  const measures = await evaluate(
    { answerer, forger: byRule() },
    { part, max, forgedMax: Math.min(max, 40), malformedMax: Math.min(max, 320) },
    ({ feature, kind }) => {
      escapes.set(`${feature}: ${kind}`, (escapes.get(`${feature}: ${kind}`) ?? 0) + 1)
    },
    ({ kind, text, shown }) => gateFaults.push(`${kind}\n  ${JSON.stringify(text)}\n  ${JSON.stringify(shown)}`),
  )
  console.log(`${new Date().toISOString().slice(0, 10)}, ${part} half.\n\n${answerer.versions().join('\n')}\n`)
  console.log(tableOf(measures))
  if (details) for (const [escape, count] of escapes) console.log(`${count} × ${escape}`)
  if (details) for (const fault of gateFaults) console.log(fault)
  const judged = measures.filter(({ bar, most }) => bar !== undefined || most !== undefined)
  // Of a part of the cases none may be of the kind that a bar is about.
  const unmeasured = max < Number(options.max.default) ? judged.filter(({ of }) => of === 0) : []
  const missed = measures.filter((measure) => !isMet(measure) && !unmeasured.includes(measure))
  for (const { feature, name } of unmeasured) console.log(`Not measured, for want of cases: ${feature}, ${name}.`)
  console.log(
    missed.length === 0
      ? '\nEvery bar is reached.'
      : `\n${missed.length} ${missed.length === 1 ? 'bar is' : 'bars are'} missed.`,
  )
  return missed.length === 0
})
