// What has to be refused before anything is deployed, with a message that names it.
import { type Change, all, given, realSubscription, setting } from './changes.ts'
import type { Workplace } from './workplace.ts'

type Refusal = {
  readonly what: string
  readonly file: string
  readonly change: Change
  /** The parameters that are evaluated then; those of dev unless given. */
  readonly parameters?: string
  readonly subscriptionId?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What the message has to say. */
  readonly says: RegExp
}

const parameters = 'infra/parameters/dev.bicepparam'
const test = 'infra/parameters/test.bicepparam'
const production = 'infra/parameters/production.bicepparam'
const azd = 'infra/main.bicepparam'
const entities = 'shared/bus/entities.json'
const exampleId = '77777777-7777-7777-7777-777777777777'

const refusals: readonly Refusal[] = [
  {
    what: 'a region without Flex Consumption',
    file: parameters,
    change: given('location', "'qatarcentral'"),
    says: /qatarcentral/,
  },
  {
    what: 'a name that is too long',
    file: parameters,
    change: given('environmentName', "'a-name-that-is-too-long'"),
    says: /environmentName|maximum length|16/,
  },
  {
    what: 'a name that Azure would refuse',
    file: parameters,
    change: given('environmentName', "'Dev_1'"),
    says: /environmentName "Dev_1"/,
  },
  {
    what: 'a name with two hyphens together',
    file: parameters,
    change: given('environmentName', "'dev--one'"),
    says: /environmentName "dev--one"/,
  },
  {
    what: 'days for which nothing is kept',
    file: parameters,
    change: given('logRetentionDays', '45'),
    says: /45/,
  },
  {
    what: 'a budget that begins within a month',
    file: test,
    parameters: test,
    change: all(given('budgetFrom', "'2026-12-15'"), given('alertEmails', "['a@msp-tools.net']")),
    says: /budgetFrom "2026-12-15"/,
  },
  {
    what: 'a budget from a month that no year has',
    file: test,
    parameters: test,
    change: all(given('budgetFrom', "'2026-13-01'"), given('alertEmails', "['a@msp-tools.net']")),
    says: /budgetFrom "2026-13-01"/,
  },
  {
    what: 'a way into a private network that is none',
    file: parameters,
    change: all(given('privateNetworking', 'false'), given('accessFrom', "['203.0.113.7']")),
    says: /"accessFrom" opens a private network/,
  },
  {
    what: 'a way in that is too wide, private, or in a form that Azure does not take',
    file: production,
    parameters: production,
    change: all(
      given('privateNetworking', 'true'),
      given(
        'accessFrom',
        "['203.0.113.7', '0.0.0.0/0', '203.0.0.0/16', '203.0.113.0/24', '10.1.2.3', '203.0.113.8/32', '2001:db8::1']",
      ),
    ),
    says: /"accessFrom" has 0\.0\.0\.0\/0, 203\.0\.0\.0\/16, 10\.1\.2\.3, 203\.0\.113\.8\/32, 2001:db8::1\. Give/,
  },
  {
    what: 'a deployment with the examples of dev',
    file: parameters,
    change: all(
      given('domain', "'dev.theonestack.example'"),
      setting('HUB_URL', "'https://hub.dev.theonestack.example'"),
      setting('OPERATOR_ISSUER', `'https://login.microsoftonline.com/${exampleId}/v2.0'`),
      setting('OPERATOR_AUDIENCE', `'${exampleId}'`),
    ),
    subscriptionId: realSubscription,
    says: /still examples: (?=.*\bdomain\b)(?=.*settings\.OPERATOR_ISSUER)(?=.*settings\.OPERATOR_AUDIENCE)(?=.*settings\.HUB_URL)/,
  },
  {
    what: 'a deployment with the examples of production',
    file: production,
    parameters: production,
    change: all(
      given('alertEmails', "['integrations@theonestack.example']"),
      given('hostNames', "{ code: 'app.theonecode.example' }"),
      given('busPrincipalId', `'${exampleId}'`),
      given('officerId', `'${exampleId}'`),
      given('dataOfficerIds', `['${exampleId}']`),
    ),
    subscriptionId: realSubscription,
    says: /still examples: (?=.*alertEmails\[0\])(?=.*busPrincipalId)(?=.*dataOfficerIds\[0\])(?=.*hostNames\.code)(?=.*officerId)/,
  },
  {
    what: 'a deployment by azd of which nothing was said',
    file: azd,
    parameters: azd,
    change: (text) => text,
    subscriptionId: realSubscription,
    environment: { AZURE_ENV_NAME: 'mine', AZURE_LOCATION: 'westeurope' },
    says: /still examples: (?=.*\bdomain\b)(?=.*settings\.OPERATOR_ISSUER)(?=.*settings\.OPERATOR_AUDIENCE)(?=.*settings\.OPERATOR_JWKS_URL)(?=.*settings\.HUB_URL)/,
  },
  {
    what: 'an unknown environment',
    file: parameters,
    change: given('stage', "'staging'"),
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
    change: setting('PSA_SERVICE_KEY', "'in the open'"),
    says: /has PSA_SERVICE_KEY/,
  },
  {
    what: 'an address with a password',
    file: parameters,
    change: setting('HUB_URL', "'https://user:hunter2@hub.msp-tools.net'"),
    says: /^(?!.*hunter2)(?=.*give HUB_URL a user, a password)/s,
  },
  {
    what: 'a domain with a password',
    file: parameters,
    change: given('domain', "'user:hunter2@msp-tools.net'"),
    says: /^(?!.*hunter2)(?=.*give (?:\w+, )*\w+_API_URL a user, a password)/s,
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
  refusals.flatMap(({ what, file, change, says, parameters: evaluated = parameters, subscriptionId, environment }) => {
    const before = place.read(file)
    place.write(file, change(before))
    try {
      place.snapshot(evaluated, subscriptionId, environment)
      return [`${what} is not refused.`]
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      return says.test(words) ? [] : [`${what} is refused, but not in words that name it: ${words}`]
    } finally {
      place.write(file, before)
    }
  })
