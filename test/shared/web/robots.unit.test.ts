// Which rules of a robots.txt count, and for whom.
import { describe, expect, it } from 'vitest'
import { robotsOf } from '../../../shared/web/robots.ts'

const allowedBy = (text: string) => {
  const robots = robotsOf('https://www.contoso.com/robots.txt', text, 'TheOneStackEnrichment')
  return (path: string): boolean => robots(`https://www.contoso.com${path}`)
}

describe('a robots.txt', () => {
  it('counts by the groups that name us alone, however they are written', () => {
    const allows = allowedBy(
      'user-agent: *\nDisallow: /\n\nUSER-AGENT : theonestackenrichment/2 # us\r\nDisallow: /team # not these',
    )
    expect(['/', '/team', '/team/mia'].map(allows)).toEqual([true, false, false])
  })

  it('counts by the groups for all where none names us', () => {
    const allows = allowedBy('User-agent: Other\nDisallow: /\nUser-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b')
    expect(['/', '/a', '/b'].map(allows)).toEqual([true, false, false])
  })

  it('counts for all agents that a group begins with', () => {
    const allows = allowedBy(
      'User-agent: TheOneStackEnrichment\n\nUser-agent: Other\nDisallow: /a\nUser-agent: Third\nDisallow: /b',
    )
    expect(['/a', '/b'].map(allows)).toEqual([false, true])
  })

  it('allows us everything in an empty group of our own', () => {
    const allows = allowedBy('User-agent: TheOneStackEnrichment\nDisallow:\n\nUser-agent: *\nDisallow: /')
    expect(allows('/a')).toBe(true)
  })

  it('lets the longest rule count, with wildcards and ends', () => {
    const allows = allowedBy('User-agent: *\nDisallow: /*.pdf$\nDisallow: /shop\nAllow: /shop/about')
    expect(['/a.pdf', '/a.pdf?x', '/shop/x', '/shop/about'].map(allows)).toEqual([false, true, false, true])
  })

  it('keeps a rule once, however many agents its group names', () => {
    const agents = Array.from({ length: 20_000 }, (_, index) => `User-agent: a${index}\n`).join('')
    const allows = allowedBy(`${agents}User-agent: *\n${'Disallow: /b\n'.repeat(20_000)}`)
    expect(['/', '/b'].map(allows)).toEqual([true, false])
  })
})
