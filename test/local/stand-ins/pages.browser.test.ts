// The pages of stand-ins as a person sees them.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { start as startPsa } from '../../../shared/peers/psa/stand-in/stand-in.ts'
import { createPsaClient } from '../../../shared/peers/psa/client.ts'
import { launchChromium } from '../../support/chromium.ts'

const key = 'stand-in-key'
let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

describe('the list of tickets of the PSA stand-in', () => {
  it.each([
    ['one word', 'W'.repeat(200)],
    ['many words', 'Prototype pollution '.repeat(10).trim()],
  ])('keeps status and priority in sight beside a title of 200 characters in %s', async (_, title) => {
    const psa = await startPsa({ port: 0, keys: [key] })
    onTestFinished(() => psa.close())
    const client = createPsaClient({ baseUrl: psa.url, key: () => key })
    await client.createTicket('tenant-5f0c7c52-6b0e-4a52-9a7e-0c6f3b1f2d11', {
      externalReference: 'r1',
      title,
      description: 'd',
      priority: 'P1',
      board: 'service',
      companyId: null,
      source: 'the-one-code',
      links: [],
      relatedTicketIds: [],
    })
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
    await page.goto(psa.url)
    for (const text of ['new', 'P1']) {
      const box = await page.locator('td', { hasText: new RegExp(`^${text}$`) }).boundingBox()
      expect(box && box.x + box.width).toBeLessThanOrEqual(1280)
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1280)
    await page.close()
  })
})
