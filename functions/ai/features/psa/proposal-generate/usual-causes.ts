// Causes that the facts of devices, assets and detections speak for or against, by the labels under which this suite tells them.
import type * as z from 'zod'
import { oneLine } from '../../../../../shared/text/quoted-text.ts'
import { shorten } from '../../../../../shared/text/shortened-text.ts'
import type { Proposal } from './contract.ts'
import type { Fact, Input } from './times.ts'

type Hypothesis = z.input<typeof Proposal>['hypotheses'][number]
type Verdict = Pick<Hypothesis, 'statement' | 'state'>

const hypothesesMax = 12

export const usualCauses = (records: Input['records']): Hypothesis[] =>
  records
    .flatMap((record) =>
      record.facts.flatMap((fact) => {
        const verdict = verdictOf(fact, record.title)
        return verdict ? [{ ...verdict, statement: shorten(oneLine(verdict.statement), 600), evidence: [fact.id] }] : []
      }),
    )
    .toSorted((one, other) => weights[one.state] - weights[other.state])
    .slice(0, hypothesesMax)

const weights = { supported: 0, open: 1, contradicted: 2 } as const

const verdictOf = ({ label, text }: Fact, title: string): Verdict | undefined => {
  if (label === 'Disk') return diskVerdict(text, title)
  if (label === 'Online')
    return {
      statement: `${title} is switched off or cannot be reached.`,
      state: text === 'no' ? 'supported' : 'contradicted',
    }
  if (label === 'Patch status') return patchVerdict(text, title)
  if (label === 'Needs a restart' && text === 'yes')
    return { statement: `${title} waits for a restart, after which an update takes effect.`, state: 'open' }
  if (label === 'Cut off from the network' && text === 'yes')
    return { statement: `${title} has no network because Defend has cut it off.`, state: 'supported' }
  if (/^Open detection of \S+ \((?:critical|high)\)$/.test(label))
    return { statement: `${title} is under attack: ${text}.`, state: 'supported' }
  if (label === 'Detection') return { statement: `An attack is the cause: ${text}.`, state: 'open' }
  if (label.startsWith('Change of ')) return { statement: `A change of ${title} is the cause: ${text}.`, state: 'open' }
  return undefined
}

/** As `shared/context/rmm.ts` tells it: `C: 21.4 GB of 480 GB are free`. */
const diskVerdict = (text: string, title: string): Verdict | undefined => {
  const [, name, free, size] = /^(.{1,200}): ([\d.]+) GB of ([\d.]+) GB are free$/.exec(text) ?? []
  const share = Number(free) / Number(size)
  if (name === undefined || !Number.isFinite(share) || (share >= nearlyFull && share < ample)) return undefined
  return {
    statement: `The disk ${name} of ${title} is full, or nearly so.`,
    state: share < nearlyFull ? 'supported' : 'contradicted',
  }
}
const nearlyFull = 0.1
const ample = 0.25

const patchVerdict = (text: string, title: string): Verdict | undefined => {
  const statement = `A patch that ${title} does not have would have prevented it.`
  if (text === 'up to date') return { statement, state: 'contradicted' }
  if (text === 'patches are missing') return { statement, state: 'open' }
  return text === 'the last installation failed'
    ? { statement: `An update of ${title} that failed is the cause.`, state: 'open' }
    : undefined
}
