import { describe, expect, it } from 'vitest'
import { ranked } from '../../../../functions/ai/live-assistance/articles.ts'

const article = (id: string, title: string, text: string) => ({ id, title, text, url: `https://psa.example/${id}` })

const articles = [
  article('vpn', 'VPN drops at home', 'Update the client of the VPN and restart the router.'),
  article(
    'outlook',
    'Outlook asks for the password',
    'It keeps the old one. Remove the stored credentials of Outlook.',
  ),
  article('printer', 'Printer prints blank pages', 'The toner is empty. Replace it.'),
]

describe('articles of the knowledge base', () => {
  it('are ranked by what they have in common with what was said, each with the sentence that fits best', () => {
    const [first, ...others] = ranked(articles, 'My Outlook wants credentials again.')
    expect(first).toMatchObject({ id: 'outlook', excerpt: 'Remove the stored credentials of Outlook.' })
    expect(others).toEqual([])
  })

  it('are none where nothing fits', () => {
    expect(ranked(articles, 'Good morning, how are you?')).toEqual([])
  })
})
