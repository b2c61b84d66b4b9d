// Secrets of the shapes that leak in practice, made up anew in every run and put together from pieces, so that no scanner finds one here.
import { randomBytes, randomInt } from 'node:crypto'
import { vendorSecrets } from './vendor-secret-samples.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Letters and digits, never without one of each. */
const mixed = (length: number): string => `${pick(letters, length - 4)}a7K${pick(digits, 1)}`

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const lowerHex = (length: number): string => `${pick('0123456789abcdef', length - 2)}a7`

type Sample = { readonly text: string; readonly value: string }

/** Kinds that a search by a few patterns lets through. */
const moreSamples = (
  alone: (value: string) => Sample,
  within: (value: string, text: (value: string) => string) => Sample,
): Readonly<Record<string, Sample>> => ({
  'basic authorization': within(
    Buffer.from(`user:${mixed(9)}`).toString('base64'),
    (value) => `Authorization: Basic ${value}`,
  ),
  'basic authorization without its header': within(
    Buffer.from(`user:${mixed(9)}`).toString('base64'),
    (value) => `it sends Basic ${value} each time`,
  ),
  'user of curl': within(mixed(9), (value) => `curl -u admin:${value} https://x.example`),
  'long option': within(mixed(9), (value) => `deploy --password ${value} --force`),
  'long option with a sign': within(mixed(9), (value) => `deploy --token=${value} --force`),
  'short option of MySQL': within(mixed(9), (value) => `mysqldump -uroot -p${value} billing`),
  'option of sshpass': within(mixed(9), (value) => `sshpass -p ${value} ssh root@host`),
  'option of redis-cli': within(mixed(9), (value) => `redis-cli -h cache -a ${value} ping`),
  'XML element': within(mixed(9), (value) => `<password>${value}</password>`),
  'XML attribute': within(mixed(9), (value) => `<add key="x" password="${value}" />`),
  sentence: within(mixed(9), (value) => `Password is ${value}!`),
  'German words': within(mixed(9), (value) => `Passwort: ${value}`),
  'German sentence': within(mixed(9), (value) => `Das Kennwort lautet ${value}.`),
  'short name of a variable': within(mixed(9), (value) => `DB_PASS=${value}`),
  'word as a value of a variable': within(pick('abcdefghijkmnopqrstuvwyz', 9), (value) => `DB_PASS=${value}`),
  'password with signs': within(`${mixed(6)}&3xyz`, (value) => `password=${value}`),
  'settings file': within(pick('abcdefghijkmnopqrstuvwyz', 9), (value) => `user: sa\npassword: ${value}\nhost: db`),
  'escaped JSON': within(mixed(9), (value) => `{\\"password\\":\\"${value}\\"}`),
  'JSON with its letters escaped': within(mixed(9), (value) => `{"p\\u0061ssword":"${value}"}`),
  'percent escapes': within(mixed(9), (value) => `pass%77ord%3D${value}`),
  'percent escapes twice': within(mixed(9), (value) => `pass%2577ord%253D${value}`),
  'HTML escapes': within(mixed(9), (value) => `password=&quot;${value}&quot;`),
  'zero-width space in the word': within(mixed(9), (value) => `pass\u200bword=${value}`),
  'wide letters': within(mixed(9), (value) => `ｐａｓｓｗｏｒｄ＝${value}`),
  'Redis connection string': within(mixed(9), (value) => `redis://:${value}@cache:6379`),
  'user alone in a URL': within(mixed(12), (value) => `https://${value}@git.example/x/y`),
  'AMQP connection string': within(mixed(9), (value) => `amqps://app:${value}@queue/x`),
  'cookie header': within(mixed(20), (value) => `Cookie: sid=${value}; theme=dark`),
  'signature of a link': within(mixed(20), (value) => `https://x.blob.core.windows.net/a?sv=1&sig=${value}`),
  'key of an Azure function': within(mixed(20), (value) => `https://x.example/api/f?code=${value}`),
  'Google OAuth secret': alone(['GOC', `SPX-${mixed(28)}`].join('')),
  'Google refresh token': alone(['1/', `/0${mixed(40)}`].join('')),
  'Google access token': alone(['ya', `29.${mixed(60)}`].join('')),
  'Azure client secret': alone(`${mixed(4).slice(0, 3)}${['8', 'Q~'].join('')}${mixed(34)}`),
  'DigitalOcean token': alone(['dop', 'v1', lowerHex(64)].join('_')),
  'Databricks token': alone(['da', `pi${lowerHex(32)}`].join('')),
  'npm token': alone(['npm', mixed(36)].join('_')),
  'PyPI token': alone(['pypi', `Ag${mixed(60)}`].join('-')),
  'Docker token': alone(['dckr', 'pat', mixed(27)].join('_')),
  'Hugging Face token': alone(['hf', mixed(34)].join('_')),
  'Anthropic key': alone(['sk', 'ant', `api03-${mixed(60)}`].join('-')),
  'Atlassian token': alone(['ATA', `TT3x${mixed(60)}`].join('')),
  'age key': alone(['AGE', 'SECRET', `KEY-1${pick('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`].join('-')),
  'Vault token': alone(['hv', `s.${mixed(30)}`].join('')),
  'SendGrid key': alone(['SG', mixed(22), mixed(43)].join('.')),
  'Shopify token': alone(['shp', `at_${lowerHex(32)}`].join('')),
  'Telegram token': alone(`${pick('123456789', 9)}:AA${mixed(33)}`),
  'Linear key': alone(['lin', 'api', mixed(40)].join('_')),
  'Postman key': alone(['PMAK', lowerHex(24), lowerHex(34)].join('-')),
  'bcrypt hash': alone(['$2b', '12', mixed(53)].join('$')),
  ...Object.fromEntries(
    ['auth', 'key', 'signature', 'jwt', 'sid', 'session'].map((name) => [
      `parameter ${name} of a link`,
      within(mixed(20), (value) => `https://x.example/a?v=1&${name}=${value}&b=2`),
    ]),
  ),
  ...Object.fromEntries(Object.entries(vendorSecrets()).map(([name, value]) => [name, alone(value)])),
})

/** In lines, as a PEM file has it. */
const within64 = (key: string): Sample => {
  const lines = key.match(/.{1,64}/g) ?? []
  return { text: `the key:\n${lines.join('\n')}\n`, value: lines[2] ?? '' }
}

/**
 * Keys that say nothing of themselves. They are taken out of what people wrote and left where an id may stand, which is drawn by lot as
 * well.
 */
export const bareKeys = (): Readonly<Record<string, Sample>> => {
  const alone = (value: string): Sample => ({ text: `found ${value} in it`, value })
  const drawn = (): string => `${mixed(10)}${mixed(10)}${mixed(10)}${mixed(10)}`
  return {
    'bare key of 40 letters and digits': alone(drawn()),
    'bare base64 key': alone(`${drawn()}A1b2C3d=`),
    'Azure DevOps token': alone(`${pick('abcdefghijklmnopqrstuvwxyz234567', 44)}a7k3z5q2`),
    'lines of a key without its head': within64(randomBytes(288).toString('base64')),
  }
}

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
    ...moreSamples(alone, within),
    'password in a URL': within(
      mixed(16),
      (value) => `git clone https://deploy:${value}@git.example/northwind/billing`,
    ),
  }
}
