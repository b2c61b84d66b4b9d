// Sign-in to The One Code as a person's browser does it, and what pages of other sites cannot do.
import { mkdtempSync, rmSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { hubTenants } from '../../../shared/peers/hub/stand-in/people.ts'
import { anyPorts } from '../../../local/ports.ts'
import { seed } from '../../../local/seed.ts'
import { type Stack, startStack } from '../../../local/stack.ts'
import { launchChromium } from '../../support/chromium.ts'
import { vulnerability } from '../../support/findings.ts'
import { psaControl } from '../../support/psa-control.ts'
import { sampleSettings } from '../../support/stack-setup.ts'

const [tenant] = hubTenants
const tenantId = tenant?.id ?? ''
const member = 'mia@northwind.example'
const withoutCode = 'noah@northwind.example'

const dataFolder = mkdtempSync(join(tmpdir(), 'browser-'))
let stack: Stack
let browser: Browser
let attacker: { readonly server: Server; readonly url: string; html: string }
const contexts: BrowserContext[] = []
/** Requests that the functions have refused because another site sent them, by their log. */
let refusals = 0

beforeAll(async () => {
  const onLine = (_: string, line: string): void => {
    if (line.includes('"problem":"cross-site-request"')) refusals += 1
  }
  const started = startStack({ ports: anyPorts, dataFolder, settings: sampleSettings(), seed, onLine })
  const launched = launchChromium()
  await Promise.allSettled([started, launched])
  stack = await started
  browser = await launched
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(attacker.html)
  })
  attacker = { server, url: await listenOnLoopback(server, 0, 'none'), html: '' }
})

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
})

afterAll(async () => {
  await browser?.close()
  if (attacker) await closeServer(attacker.server, 0)
  await stack?.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

/** A person's browser, with nothing in it yet. */
const newPage = async (): Promise<Page> => {
  const context = await browser.newContext()
  contexts.push(context)
  return context.newPage()
}

const product = (path: string): string => `${stack.urls.functions}${path}`
const login = (query: Readonly<Record<string, string>>): string =>
  product(`/api/code/login?${new URLSearchParams(query).toString()}`)

/** What the page shows, when it is JSON. */
const shownJson = async (page: Page): Promise<unknown> => JSON.parse((await page.textContent('body')) ?? '') as unknown

const signedIn = async (): Promise<Page> => {
  const page = await newPage()
  await page.goto(login({ login_hint: member, returnTo: '/api/code/session' }))
  await page.waitForURL(product('/api/code/session'))
  return page
}

const sessionCookie = async (page: Page) =>
  (await page.context().cookies(stack.urls.functions)).find(({ name }) => name === 'code_session')

/** Another host is another site for the browser; another port is another origin of the same site, which gets the cookies along. */
type From = 'another site' | 'another origin'

/** Opens a page of the attacker's, in this browser. */
const visitAttacker = async (page: Page, html: string, from: From = 'another site'): Promise<void> => {
  attacker.html = `<!doctype html><meta charset="utf-8"><title>Cute cats</title>${html}`
  await page.goto(from === 'another site' ? attacker.url.replace('127.0.0.1', 'localhost') : attacker.url)
}

const ticketsOfTenant = () => psaControl(stack.urls.psa, tenantId).tickets()

const ticketsFromElsewhere = async () =>
  (await ticketsOfTenant()).filter(({ description }) => description.includes('From elsewhere'))

/** The statuses with which posts of tickets are answered from now on. */
const ticketAnswers = (page: Page): readonly number[] => {
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.request().method() === 'POST' && response.url() === product('/api/code/tickets'))
      statuses.push(response.status())
  })
  return statuses
}

describe('a person who opens The One Code', () => {
  it('is signed in by Hub without a click and lands where they wanted to go', async () => {
    const page = await signedIn()
    expect(await shownJson(page)).toMatchObject({
      user: { id: 'user-northwind-member', email: member, firstName: 'Mia', lastName: 'Torres', role: 'member' },
      tenant: { id: tenantId },
    })
  })

  it('has a session cookie that no script can read, for this host alone', async () => {
    const page = await signedIn()
    expect(await page.evaluate('document.cookie')).toBe('')
    // Plain http on this machine: a Secure cookie would not come back.
    expect(await sessionCookie(page)).toMatchObject({
      domain: '127.0.0.1',
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: false,
    })
  })

  it('chooses who they are by a click when Hub was not told', async () => {
    const page = await newPage()
    await page.goto(login({ returnTo: '/api/code/session' }))
    expect(new URL(page.url()).origin).toBe(stack.urls.hub)
    await page.getByRole('link', { name: 'Olivia Reed' }).click()
    await page.waitForURL(product('/api/code/session'))
    expect(await shownJson(page)).toMatchObject({ user: { email: 'olivia@northwind.example', role: 'owner' } })
  })

  it('stays signed in on the next page, and is somebody else after signing in as somebody else', async () => {
    const page = await signedIn()
    await page.reload()
    expect(await shownJson(page)).toMatchObject({ user: { email: member } })
    const before = await sessionCookie(page)
    await page.goto(login({ login_hint: 'marc@contoso.example', returnTo: '/api/code/session' }))
    await page.waitForURL(product('/api/code/session'))
    expect(await shownJson(page)).toMatchObject({ user: { email: 'marc@contoso.example' } })
    expect((await sessionCookie(page))?.value).not.toBe(before?.value)
  })

  it('is told in words when they may not use it', async () => {
    const page = await newPage()
    await page.goto(login({ login_hint: withoutCode, returnTo: '/api/code/session' }))
    await page.getByRole('link', { name: 'hand over anyway' }).click()
    await page.waitForURL(product('/api/code/session'))
    expect(await page.getByRole('heading').textContent()).toBe('This user has no access to the product')
    const words = await page.textContent('main')
    expect(words).toContain('Your Hub session is valid but has no access to The One Code.')
    expect(words).toContain('Ask an owner or admin')
    expect(await page.getByRole('link', { name: 'Sign in again' }).getAttribute('href')).toBe('/api/code/login')
    expect(await sessionCookie(page)).toBeUndefined()
  })

  it('signs out from a page of the product', async () => {
    const page = await signedIn()
    const { value = '' } = (await sessionCookie(page)) ?? {}
    expect(value).not.toBe('')
    await page.goto(product('/'))
    const status = await page.evaluate("fetch('/api/code/session', { method: 'DELETE' }).then(({ status }) => status)")
    expect(status).toBe(204)
    expect(await sessionCookie(page)).toBeUndefined()
    const again = await page.goto(product('/api/code/session'))
    expect(again?.status()).toBe(401)
    // The cookie is worth nothing any more, also to somebody who kept it.
    const kept = await fetch(product('/api/code/session'), { headers: { cookie: `code_session=${value}` } })
    expect(kept.status).toBe(401)
  })

  it('files a ticket from a page of the product', async () => {
    const page = await signedIn()
    await page.goto(product('/'))
    const finding = vulnerability()
    const status = await page.evaluate(
      `fetch('/api/code/tickets', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: ${JSON.stringify(JSON.stringify(finding))},
      }).then(({ status }) => status)`,
    )
    expect(status).toBe(201)
    expect((await ticketsOfTenant()).filter(({ description }) => description.includes(finding.url))).toHaveLength(1)
  })
})

describe('a page of another site', () => {
  it('cannot sign a person in as somebody else with a token of its own', async () => {
    const response = await fetch(`${stack.urls.hub}/_control/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ product: 'code', person: 'marc@contoso.example', claims: { nonce: 'n'.repeat(43) } }),
    })
    const { token } = (await response.json()) as { token: string }
    const page = await newPage()
    await visitAttacker(
      page,
      `<form method="post" action="${product('/api/code/session')}"><input name="token" value="${token}"></form>
      <script>document.forms[0].submit()</script>`,
    )
    await page.waitForURL(product('/api/code/session'))
    expect(await page.getByRole('heading').textContent()).toBe('The request came from another site')
    expect(await sessionCookie(page)).toBeUndefined()
  })

  it('cannot replace the session of a person who is signed in, also with a sign-in begun elsewhere', async () => {
    const person = await signedIn()
    const thief = await newPage()
    let handedOver = ''
    await thief.route('**/api/code/session', async (route) => {
      handedOver = route.request().postData() ?? ''
      await route.abort()
    })
    await thief.goto(login({ login_hint: 'marc@contoso.example' }))
    await expect.poll(() => handedOver, { timeout: 10_000 }).toContain('token=')
    const token = new URLSearchParams(handedOver).get('token') ?? ''
    await visitAttacker(
      person,
      `<form method="post" action="${product('/api/code/session')}"><input name="token" value="${token}"></form>
      <script>document.forms[0].submit()</script>`,
    )
    await person.waitForURL(product('/api/code/session'))
    expect(await person.getByRole('heading').textContent()).toBe('The request came from another site')
    await person.goto(product('/api/code/session'))
    expect(await shownJson(person)).toMatchObject({ user: { email: member } })
  })

  it.each([
    ['another site', 'application/x-www-form-urlencoded'],
    ['another site', 'text/plain'],
    ['another origin', 'application/x-www-form-urlencoded'],
    ['another origin', 'text/plain'],
  ] as const)('cannot file a ticket for a person who is signed in, by a form of %s sent as %s', async (from, type) => {
    const page = await signedIn()
    const json = JSON.stringify(vulnerability({ title: 'From elsewhere' }))
    const answers = ticketAnswers(page)
    // As text, name and value of a field can be made to read as JSON with an equals sign in it.
    const [name, value] = type === 'text/plain' ? [`${json.slice(0, -1)},"x":"`, '"}'] : ['finding', json]
    await visitAttacker(
      page,
      `<form method="post" enctype="${type}" action="${product('/api/code/tickets')}"><input></form>
      <script>
        const input = document.forms[0].elements[0]
        input.name = ${JSON.stringify(name)}
        input.value = ${JSON.stringify(value)}
        document.forms[0].submit()
      </script>`,
      from,
    )
    await page.waitForURL(product('/api/code/tickets'))
    expect(answers).toEqual([403])
    expect(await shownJson(page)).toMatchObject({ type: 'urn:theonestack:problem:cross-site-request' })
    expect(await ticketsFromElsewhere()).toEqual([])
  })

  it.each([
    ['another site', 'text/plain', 1],
    ['another origin', 'text/plain', 1],
    // The browser asks first whether it may, and hears nothing that allows it.
    ['another site', 'application/json', 0],
    ['another origin', 'application/json', 0],
  ] as const)(
    'cannot file a ticket for a person who is signed in, by a fetch of %s sent as %s',
    async (from, type, sent) => {
      const page = await signedIn()
      const before = refusals
      await visitAttacker(page, '', from)
      const outcome = await page.evaluate(
        `fetch(${JSON.stringify(product('/api/code/tickets'))}, {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': ${JSON.stringify(type)} },
        body: ${JSON.stringify(JSON.stringify(vulnerability({ title: 'From elsewhere' })))},
      }).then(({ status }) => 'read ' + status, () => 'could not be read')`,
      )
      expect(outcome).toBe('could not be read')
      await expect.poll(() => refusals - before).toBe(sent)
      expect(await ticketsFromElsewhere()).toEqual([])
    },
  )

  it.each(['another site', 'another origin'] as const)('cannot sign a person out from %s', async (from) => {
    const page = await signedIn()
    await visitAttacker(page, '', from)
    const outcome = await page.evaluate(
      `fetch(${JSON.stringify(product('/api/code/session'))}, { method: 'DELETE', credentials: 'include' })
        .then(({ status }) => 'read ' + status, () => 'could not be read')`,
    )
    expect(outcome).toBe('could not be read')
    await page.goto(product('/api/code/session'))
    expect(await shownJson(page)).toMatchObject({ user: { email: member } })
  })

  it('cannot read who is signed in, nor show the product in a frame', async () => {
    const page = await signedIn()
    await visitAttacker(page, `<iframe src="${product('/api/code/session')}"></iframe>`)
    const read = await page.evaluate(
      `fetch(${JSON.stringify(product('/api/code/session'))}, { credentials: 'include' })
        .then((response) => response.text(), () => 'could not be read')`,
    )
    expect(read).toBe('could not be read')
    const [, frame] = page.frames()
    expect(await frame?.evaluate('document.body.textContent').catch(() => '')).not.toContain(member)
  })
})
