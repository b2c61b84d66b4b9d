// Secrets of the shapes that leak in practice, made up anew in every run and put together from pieces, so that no scanner finds one here.
import { randomBytes, randomInt } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Letters and digits, never without one of each. */
const mixed = (length: number): string => `${pick(letters, length - 4)}a7K${pick(digits, 1)}`

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const pemLine = (words: string): string => `-----${words} PRIVATE KEY-----`

/**
 * Fresh ones. `text` is how it stands in a sentence, `value` the part that nobody may see.
 */
export const secretSamples = (): Readonly<Record<string, { readonly text: string; readonly value: string }>> => {
  const alone = (value: string) => ({ text: `found ${value} in it`, value })
  const within = (value: string, text: (value: string) => string) => ({ text: text(value), value })
  const pem = randomBytes(300).toString('base64').replace(/.{64}/g, '$&\n')
  return {
    'AWS access key id': alone(['AK', 'IA', pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)].join('')),
    'AWS temporary key id': alone(['AS', 'IA', pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)].join('')),
    'AWS secret access key': within(mixed(40), (value) => `aws_secret_access_key = ${value}`),
    'GitHub token': alone(['ghp', mixed(36)].join('_')),
    'GitHub app token': alone(['ghs', mixed(36)].join('_')),
    'GitHub fine-grained token': alone(['github', 'pat', mixed(22), mixed(59)].join('_')),
    'GitLab token': alone(['glpat', mixed(20)].join('-')),
    'Slack bot token': alone(['xoxb', pick(digits, 12), pick(digits, 13), mixed(24)].join('-')),
    'Slack webhook': within(
      mixed(24),
      (value) => `post to https://hooks.slack.com/${['services', 'T0AB1CD2E', 'B0AB1CD2E', value].join('/')} now`,
    ),
    'Stripe live key': alone(['sk', 'live', mixed(24)].join('_')),
    'Stripe restricted key': alone(['rk', 'live', mixed(24)].join('_')),
    'Google API key': alone(['AI', 'za', mixed(35)].join('')),
    'OpenAI key': alone(['sk', 'proj', mixed(48)].join('-')),
    'PEM private key': within(pem.slice(0, 64), () => [pemLine('BEGIN RSA'), pem, pemLine('END RSA')].join('\n')),
    'PEM private key without its end': within(
      pem.slice(0, 64),
      () => `${pemLine('BEGIN OPENSSH')}\n${pem.slice(0, 200)}`,
    ),
    'JSON Web Token': alone([encoded({ alg: 'HS256', typ: 'JWT' }), encoded({ sub: mixed(12) }), mixed(43)].join('.')),
    'PostgreSQL connection string': within(mixed(20), (value) => `postgres://app:${value}@db.internal:5432/billing`),
    'MongoDB connection string': within(mixed(20), (value) => `mongodb+srv://app:${value}@cluster0.example.net/x`),
    'SQL Server connection string': within(mixed(20), (value) => `Server=db;User Id=sa;Password=${value};Encrypt=true`),
    'Azure storage connection string': within(
      randomBytes(64).toString('base64').slice(0, -2),
      (value) => `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${value}==;EndpointSuffix=core.windows.net`,
    ),
    'password in code': within(mixed(16), (value) => `const password = "${value}"`),
    'password in single quotes': within(`${mixed(8)} with a space`, (value) => `passwd: '${value}'`),
    'password in an environment file': within(mixed(16), (value) => `DB_PASSWORD=${value}\nDB_HOST=db`),
    'API key in JSON': within(mixed(32), (value) => `{"api_key": "${value}", "region": "eu"}`),
    'client secret in YAML': within(mixed(32), (value) => `client_secret: ${value}`),
    'bearer token': within(mixed(32), (value) => `curl -H 'Authorization: Bearer ${value}' https://api.example`),
    'integration key of this suite': alone(['tik', 'live', mixed(12), mixed(49)].join('_')),
    'password in a URL': within(
      mixed(16),
      (value) => `git clone https://deploy:${value}@git.example/northwind/billing`,
    ),
  }
}
