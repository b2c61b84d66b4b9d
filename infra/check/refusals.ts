// What has to be refused before anything is deployed, with a message that names it.
import type { Workplace } from './workplace.ts'

type Refusal = {
  readonly what: string
  readonly file: string
  readonly change: (text: string) => string
  /** What the message has to say. */
  readonly says: RegExp
}

const parameters = 'infra/parameters/dev.bicepparam'
const entities = 'shared/bus/entities.json'

const replaced =
  (before: string, after: string) =>
  (text: string): string => {
    if (!text.includes(before)) throw new Error(`"${before}" is not there to be changed.`)
    return text.replace(before, after)
  }

const refusals: readonly Refusal[] = [
  {
    what: 'a region without Flex Consumption',
    file: parameters,
    change: replaced("location = 'westeurope'", "location = 'qatarcentral'"),
    says: /qatarcentral/,
  },
  {
    what: 'a name that is too long',
    file: parameters,
    change: replaced("environmentName = 'dev'", "environmentName = 'a-name-that-is-too-long'"),
    says: /environmentName|maximum length|16/,
  },
  {
    what: 'a name that Azure would refuse',
    file: parameters,
    change: replaced("environmentName = 'dev'", "environmentName = 'Dev_1'"),
    says: /environmentName "Dev_1"/,
  },
  {
    what: 'an unknown environment',
    file: parameters,
    change: replaced("stage = 'dev'", "stage = 'staging'"),
    says: /staging/,
  },
  {
    what: 'a setting that the code needs and nobody gave',
    file: parameters,
    change: (text) => text.replace(/^ {2}OPERATOR_AUDIENCE: .*\n/m, ''),
    says: /no value for OPERATOR_AUDIENCE/,
  },
  {
    what: 'a setting that nobody may give',
    file: parameters,
    change: replaced('param settings = {\n', "param settings = {\n  PSA_SERVICE_KEY: 'in the open'\n"),
    says: /has PSA_SERVICE_KEY/,
  },
  {
    what: 'an entity that is named twice',
    file: entities,
    change: (text) => {
      const parsed = JSON.parse(text) as { queues: object[] }
      return JSON.stringify({ ...parsed, queues: [...parsed.queues, parsed.queues[0]] })
    },
    says: /entities\.json has these more than once: hub-session-cutoffs/,
  },
]

/** @returns what was taken, or refused without a word about it */
export const checkRefusals = (place: Workplace): readonly string[] =>
  refusals.flatMap(({ what, file, change, says }) => {
    const before = place.read(file)
    place.write(file, change(before))
    try {
      place.snapshot('dev')
      return [`${what} is not refused.`]
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      return says.test(words) ? [] : [`${what} is refused, but not in words that name it: ${words}`]
    } finally {
      place.write(file, before)
    }
  })
