// Secrets of vendors by their shapes, made up anew in every run and put together from pieces, so that no scanner finds one here.
import { randomInt } from 'node:crypto'

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const small = 'abcdefghijkmnopqrstuvwxyz'
const digits = '23456789'
const any = (length: number): string => pick(capitals + small + digits, length)
const upper = (length: number): string => pick(capitals + digits, length)
const hex = (length: number): string => pick('0123456789abcdef', length)
const decimal = (length: number): string => pick(digits, length)

/** One of each, by its vendor. */
export const vendorSecrets = (): Readonly<Record<string, string>> => ({
  'Alibaba key id': ['LT', `AI${any(20)}`].join(''),
  'Heroku token': ['HR', `KU-${any(60)}`].join(''),
  'Cloudflare origin key': ['v1', `0-${hex(24)}-${hex(146)}`].join('.'),
  'Dynatrace token': ['dt0c01', upper(24), upper(64)].join('.'),
  'GitLab runner registration': ['GR13', `48941${any(20)}`].join(''),
  'Bitbucket app password': ['AT', `BB${any(32)}`].join(''),
  'RubyGems key': ['ruby', `gems_${hex(48)}`].join(''),
  'CircleCI token': ['CCI', `PAT_${any(40)}`].join(''),
  'Artifactory key': ['AK', `Cp${any(69)}`].join(''),
  'Artifactory reference token': ['cmVm', `dGtu${any(56)}`].join(''),
  'SonarQube token': ['sq', `p_${hex(40)}`].join(''),
  'Terraform token': [any(14), 'atlasv1', any(60)].join('.'),
  'Pulumi token': ['pu', `l-${hex(40)}`].join(''),
  'Doppler token': ['dp', 'pt', any(43)].join('.'),
  'PlanetScale token': ['pscale', 'tkn', any(43)].join('_'),
  'Supabase token': ['sb', `p_${hex(40)}`].join(''),
  'Supabase secret': ['sb', `_secret_${any(31)}`].join(''),
  '1Password service account': ['ops', `eyJ${any(200)}`].join('_'),
  '1Password secret key': ['A3', upper(6), upper(6), upper(5), upper(5), upper(5)].join('-'),
  'Grafana token': ['gl', `sa_${any(41)}`].join(''),
  'New Relic key': ['NR', `AK-${upper(27)}`].join(''),
  'Sentry token': ['snt', `rys_${any(80)}`].join(''),
  'OpenAI key of before': ['s', `k-${any(48)}`].join(''),
  'Groq key': ['gs', `k_${any(52)}`].join(''),
  'Slack app token': ['xa', `pp-1-${upper(11)}-${decimal(13)}-${hex(64)}`].join(''),
  'Discord webhook': ['https://dis', `cord.com/api/webhooks/${decimal(18)}/${any(68)}`].join(''),
  'Discord bot token': [`M${any(25)}`, any(6), any(38)].join('.'),
  'webhook secret of Stripe': ['wh', `sec_${any(32)}`].join(''),
  'Twilio key': ['S', `K${hex(32)}`].join(''),
  'Mailgun key': ['ke', `y-${hex(32)}`].join(''),
  'Mailchimp key': [hex(32), 'us12'].join('-'),
  'Square token': ['sq', `0atp-${any(22)}`].join(''),
  'Facebook token': ['EA', `AC${any(120)}`].join(''),
  'Notion token': ['nt', `n_${any(46)}`].join(''),
  'Figma token': ['fi', `gd_${any(40)}`].join(''),
  'Airtable token': ['pa', `t${any(14)}.${hex(64)}`].join(''),
  'Mapbox token': ['sk', `eyJ${any(60)}`, any(22)].join('.'),
  'SHA-512 crypt hash': ['', '6', any(12), any(86)].join('$'),
})
