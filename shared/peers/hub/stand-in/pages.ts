// The pages of the Hub stand-in: who to sign in as, the form that hands the browser over to a product, and refusals.
import { type HubUser, type LoginRequest, loginPath } from '../contract.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'
import { type HubDirectory, type Member, accessOf } from './directory.ts'
import type { HubBilling, StoredUsage } from './billing.ts'
import type { HubProduct } from './tokens.ts'
import { escapeHtml as escape, htmlTable } from '../../../../local/stand-ins/html.ts'
import { type PeerPage, peerPage } from '../../../../local/stand-ins/peer-page.ts'

const productNames: Readonly<Record<HubProduct, string>> = { code: 'The One Code', ai: 'The One AI Platform' }

type PageOptions = Pick<PeerPage, 'status' | 'formTarget' | 'script'>

const page = (title: string, content: string, options: PageOptions = {}): Answer =>
  peerPage({
    ...options,
    product: 'The One Hub',
    title,
    body: `<header>The One Hub <small>local stand-in</small></header>
<main>
<h1>${escape(title)}</h1>
${content}
</main>`,
    style,
    // The address holds the nonce and perhaps a person's e-mail address: the product learns Hub's origin only.
    referrerPolicy: 'strict-origin',
  })

/** Posts token and `returnTo` to the product by itself; the button is for a browser without scripts. */
export const handOverPage = (
  product: HubProduct,
  member: Member,
  form: { readonly target: string; readonly token: string; readonly returnTo: string | undefined },
): Answer =>
  page(
    `Signing in to ${productNames[product]}`,
    `<p>as <strong>${escape(nameOf(member.user))}</strong>, ${escape(member.organization.name)}</p>
<form id="hand-over" method="post" action="${escape(form.target)}">
<input type="hidden" name="token" value="${escape(form.token)}">
${form.returnTo === undefined ? '' : `<input type="hidden" name="returnTo" value="${escape(form.returnTo)}">\n`}<button>Continue</button>
</form>`,
    { formTarget: form.target, script: "document.getElementById('hand-over').submit()" },
  )

/** Who to sign in as, for a product that has sent the browser here. */
export const choicePage = (request: LoginRequest, directory: HubDirectory): Answer =>
  page(
    `Sign in to ${productNames[request.product]}`,
    `${
      request.login_hint === undefined
        ? '<p>Choose who you are.</p>'
        : `<p class="notice">Nobody here has the address <strong>${escape(request.login_hint)}</strong>. Choose who you are.</p>`
    }
${peopleList(directory, (member) => {
  const missing = accessOf(member).includes(request.product) ? '' : `without ${productNames[request.product]}`
  return `<a class="person" href="${escape(loginUrl({ ...request, login_hint: member.user.email }))}">${personText(member.user, missing)}</a>`
})}`,
  )

type Parts = { readonly directory: HubDirectory; readonly billing: HubBilling }

/** Hub's front page: the people, each with the ways into the products, and what is billed. */
export const homePage = (publicUrls: Readonly<Record<HubProduct, string>>, { directory, billing }: Parts): Answer =>
  page(
    'Demo people',
    `<p>Open a product as one of them. A browser is one person per product at a time.</p>
${peopleList(directory, ({ user }) => {
  const links = Object.entries(productNames).map(([product, name]) => {
    const query = new URLSearchParams({ login_hint: user.email, returnTo: `/api/${product}/session` })
    const url = `${publicUrls[product as HubProduct]}/api/${product}/login?${query.toString()}`
    return `<a href="${escape(url)}">${escape(name)}</a>`
  })
  return `<div class="person">${personText(user, '')}<span class="links">${links.join(' ')}</span></div>`
})}
<h2>Usage that is billed</h2>
${usageTable(billing.list())}`,
  )

/** The latest days first. */
const usageTable = (usage: readonly StoredUsage[]): string => {
  const rows = usage
    .toSorted((one, other) => (one.date > other.date ? -1 : 1))
    .map(({ date, tenantId, metric, quantity, adjustments }) => {
      const billed = adjustments.reduce((sum, { delta }) => sum + delta, quantity)
      const changes = adjustments.map(({ delta, reason }) => `${delta > 0 ? '+' : ''}${delta} (${reason})`)
      return [date, tenantId, metric, String(quantity), changes.join(', ') || 'none', String(billed)]
    })
  const heads = ['Day', 'Organization', 'Metric', 'Reported', 'Adjustments', 'Billed']
  return htmlTable({ heads, rows, none: 'No usage has been reported.', rowsMax: shownMax.usage })
}

/** Hub does not hand over whom the organization has not given the product; here it can be made to, to see the product refuse. */
export const withoutProductPage = (request: LoginRequest, { user, organization }: Member): Answer =>
  page(
    `No access to ${productNames[request.product]}`,
    `<p><strong>${escape(nameOf(user))}</strong> (${escape(organization.name)}) is signed in to Hub, but has no access to ${escape(productNames[request.product])}. ${organization.status === 'suspended' ? 'The organization is suspended.' : 'An owner or admin of the organization can give it.'}</p>
${chooseAnother(request)}
<p class="aside">Hub ends here. To see how the product itself refuses, <a href="${escape(`${loginUrl(request)}&handOver=anyway`)}">hand over anyway</a>.</p>`,
    { status: 403 },
  )

/** A person whom the organization has deactivated gets nowhere. */
export const withoutEntryPage = (request: LoginRequest, { user, organization }: Member): Answer =>
  page(
    'This account is deactivated',
    `<p><strong>${escape(nameOf(user))}</strong> (${escape(organization.name)}) cannot sign in any more. An owner or admin of the organization can change that.</p>
${chooseAnother(request)}`,
    { status: 403 },
  )

const chooseAnother = (request: LoginRequest): string =>
  `<p><a href="${escape(loginUrl({ ...request, login_hint: undefined }))}">Choose somebody else</a></p>`

export const refusalPage = (status: number, title: string, reasons: readonly string[]): Answer =>
  page(title, `<ul>${reasons.map((reason) => `<li>${escape(reason)}</li>`).join('')}</ul>`, { status })

const loginUrl = (request: LoginRequest): string => {
  const entries = Object.entries(request).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `${loginPath}?${new URLSearchParams(entries).toString()}`
}

const nameOf = ({ firstName, lastName }: HubUser): string => `${firstName} ${lastName}`

/** Tests make organizations and people by the thousand: a page shows the first ones. */
const shownMax = { organizations: 20, users: 50, usage: 50 } as const

const peopleList = (directory: HubDirectory, item: (member: Member) => string): string => {
  const organizations = directory.organizations()
  const sections = organizations.slice(0, shownMax.organizations).map((organization) => {
    const users = directory.users(organization.id)
    const items = users.slice(0, shownMax.users).map((user) => `<li>${item({ user, organization })}</li>`)
    const more = andMore(users.length - items.length, 'people')
    return `<section><h2>${escape(organization.name)}</h2><ul>${items.join('')}</ul>${more}</section>`
  })
  return [...sections, andMore(organizations.length - sections.length, 'organizations')].join('\n')
}

const andMore = (count: number, what: string): string =>
  count > 0 ? `<p class="aside">and ${count} more ${what}</p>` : ''

const personText = (user: HubUser, remark: string): string => {
  const remarks = [user.orgRole, user.status === 'deactivated' ? 'deactivated' : '', remark].filter(
    (text) => text !== '',
  )
  return `<span><strong>${escape(nameOf(user))}</strong> <small>${escape(user.email)}</small></span>
<span class="role">${escape(remarks.join(' · '))}</span>`
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #f6f8fa; --card: #fff; --accent: #0b57d0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4ae; --line: #30363d; --ground: #0d1117; --card: #161b22; --accent: #7cb0ff }
}
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); overflow-wrap: anywhere }
header, main { max-width: 40rem; margin: 0 auto; padding: 1rem }
header { font-weight: 600 }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 }
h2 { font-size: 1rem; color: var(--soft); margin: 1.5rem 0 .5rem }
main > ul { padding-left: 1.25rem }
section ul { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; background: var(--card) }
section li + li { border-top: 1px solid var(--line) }
a { color: var(--accent) }
.person { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; padding: .75rem 1rem; color: inherit; text-decoration: none }
a.person:hover, a.person:focus-visible { background: var(--ground); outline: 2px solid var(--accent); outline-offset: -2px }
table { border-collapse: collapse; background: var(--card) }
th, td { text-align: left; padding: .3rem .6rem; border: 1px solid var(--line); font-size: .875rem; overflow-wrap: break-word }
.links { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: 1rem }
small, .role, .aside { color: var(--soft) }
.notice { border-left: .25rem solid var(--accent); padding-left: .75rem }
button { font: inherit; padding: .6rem 1.25rem; border: 0; border-radius: .5rem; color: var(--card); background: var(--accent); cursor: pointer }
`
