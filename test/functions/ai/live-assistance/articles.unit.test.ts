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

  it('show no secret that stands in them', () => {
    const secret = 'AKIAIOSFODNN7EXAMPLE'
    const noted = article('scanner', 'Scanner wants a key', `The key of the scanner is ${secret}.`)
    const shown = ranked([noted], 'The scanner wants a key.')
    expect(shown).toMatchObject([
      { id: 'scanner', excerpt: expect.stringContaining('The key of the scanner') as string },
    ])
    expect(JSON.stringify(shown)).not.toContain(secret)
  })

  it('are none where nothing fits', () => {
    expect(ranked(articles, 'Good morning, how are you?')).toEqual([])
  })

  it('are found by the words that people have for what an article names', () => {
    const idsFor = (said: string) => ranked(articles, said).map(({ id }) => id)
    expect(idsFor('The copier gives me empty sheets.')).toEqual(['printer'])
    expect(idsFor('At home the tunnel is interrupted all the time.')).toEqual(['vpn'])
  })

  it('are none where a word is the same by chance', () => {
    expect(ranked(articles, 'The fridge is empty again.')).toEqual([])
  })

  const safety = [
    article('backup', 'Backup fails since the disk is full', 'Delete the oldest chain. Then start the backup again.'),
    article('files', 'Files on a server cannot be opened', 'If names have changed it may be ransomware. Isolate it.'),
    article('leave', 'The building is to be left', 'In case of fire leave by the stairs.'),
    article('call', 'Calls from strangers', 'It is a scam. End the call and tell the security team.'),
  ]

  it.each([
    ['files', 'Everything is encrypted, there is a ransom note, and the backup failed.'],
    ['files', 'Nobody in finance can open their files.\nSince when?\nThe backup failed, the disk is full.'],
    ['leave', 'The backup failed, and there is smoke in the server room.'],
    ['call', 'My backup failed. He said he is from Microsoft, and I gave him my password for it.'],
  ])('begin with %s, which is what the call is about: %s', (first, said) => {
    expect(ranked(safety, said)[0]?.id).toBe(first)
  })

  it('are not about an emergency that is denied', () => {
    expect(ranked(safety, 'Is there a ransom note?\nNo. The backup failed, the disk is full.')[0]?.id).toBe('backup')
  })

  it('show no step by itself that cannot be taken back', () => {
    expect(ranked(safety, 'The backup failed, the oldest chain is there, the disk is full.')[0]).toMatchObject({
      id: 'backup',
      excerpt: 'Then start the backup again.',
    })
  })
})
