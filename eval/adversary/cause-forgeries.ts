// What is invented in a report on a root cause: facts, times, verdicts without facts, causes that come after what they cause.
import { type Evidenced, type Forgery, forgery, inventedId, onOne } from './forgery.ts'

type Verdict = { statement: string; state: string } & Evidenced
type Report = {
  timeline: ({ at: string; text: string } & Evidenced)[]
  hypotheses: Verdict[]
  openQuestions: Evidenced[]
}
type Facts = {
  ticket: { facts: { id: string }[] }
  records: { title: string; facts: { id: string; label: string; text: string }[] }[]
}

const unfoundedVerdict = (kind: string, state: string, evidence: (input: Facts) => string[]): Forgery =>
  forgery(kind, ({ hypotheses }: Report, input: Facts) => {
    hypotheses.push({ statement: 'It is as it seems.', state, evidence: evidence(input) })
    return true
  })

const firstOfTicket = ({ ticket }: Facts): string[] => ticket.facts.slice(0, 1).map(({ id }) => id)

export const causeForgeries: readonly Forgery[] = [
  inventedId(({ timeline }: Report) => timeline),
  inventedId(({ hypotheses }: Report) => hypotheses),
  inventedId(({ openQuestions }: Report) => openQuestions),
  forgery('moment of the time line', ({ timeline }: Report, _input, turn) =>
    onOne(timeline, turn, (entry) => (entry.at = new Date(Date.parse(entry.at) + 4_020_000).toISOString())),
  ),
  forgery('order of time', ({ timeline }: Report) => {
    const first = timeline.shift()
    return first !== undefined && timeline.some(({ at }) => at !== first.at) && timeline.push(first) > 1
  }),
  unfoundedVerdict('supported by nothing', 'supported', () => []),
  unfoundedVerdict('supported by the ticket alone', 'supported', firstOfTicket),
  unfoundedVerdict('contradicted by the ticket alone', 'contradicted', firstOfTicket),
  unfoundedVerdict('supported by what could not be read', 'supported', () => ['unread']),
  unfoundedVerdict('supported by the onset alone', 'supported', () => ['onset']),
  forgery('change after the onset as its cause', ({ hypotheses }: Report) => {
    const late = hypotheses.find(
      ({ state, statement }) => state === 'contradicted' && /after the onset/.test(statement),
    )
    if (late) late.state = 'supported'
    return late !== undefined
  }),
  forgery('device of another record', ({ hypotheses }: Report, { records }: Facts, turn) => {
    const verdict = hypotheses[turn % Math.max(1, hypotheses.length)]
    const other = records.find(
      ({ title, facts }) =>
        verdict &&
        !verdict.evidence.some((id) => facts.some((fact) => fact.id === id)) &&
        !verdict.statement.includes(title),
    )
    if (!verdict || !other || !/[-\d.]/.test(other.title)) return false
    verdict.statement = `${verdict.statement.slice(0, 300)} It went on at ${other.title}.`
    return true
  }),
]
