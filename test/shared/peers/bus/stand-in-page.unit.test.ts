import { describe, expect, it } from 'vitest'
import { createBusLog } from '../../../../shared/peers/bus/stand-in/event-log.ts'
import { busPage } from '../../../../shared/peers/bus/stand-in/page.ts'
import { ReceivedEvent } from '../../../../shared/bus/cloud-event.ts'

const event = (id: string, data: unknown): ReceivedEvent =>
  ReceivedEvent.parse({
    specversion: '1.0',
    id,
    source: '/products/code',
    type: 'code.repo.discovered',
    tenantid: 't1',
    ...(data !== undefined && { data }),
  })

const pageOf = (...events: readonly ReceivedEvent[]): string => {
  const log = createBusLog()
  for (const each of events) log.add(each, 'code')
  return busPage(log.withData()).html ?? ''
}

describe('the page of the bus', () => {
  it('shows what each event carries, to be unfolded, as text', () => {
    const html = pageOf(event('e1', { name: '<img src=x onerror=alert(1)>', count: 3 }))
    const shown = /<td><details><summary>show<\/summary><pre>([^]*?)<\/pre><\/details><\/td>/.exec(html)?.[1]
    expect(shown).toContain('&quot;name&quot;: &quot;&lt;img src=x onerror=alert(1)&gt;&quot;')
    expect(shown).toContain('&quot;count&quot;: 3')
    expect(html).not.toContain('<img')
  })

  it('says when an event carries nothing', () => {
    expect(pageOf(event('e1', undefined))).toContain('<pre>none</pre>')
  })

  it('shows the newest first, each with what it carried when it was taken', () => {
    const html = pageOf(event('e1', 'first'), event('e2', 'second'), event('e1', 'repeated'))
    expect(html.indexOf('second')).toBeLessThan(html.indexOf('first'))
    expect(html).not.toContain('repeated')
  })
})

describe('what tests are told of events', () => {
  it('has no data', () => {
    const log = createBusLog()
    log.add(event('e1', { secret: 'x' }), 'code')
    expect(log.list()).toEqual([
      { id: 'e1', type: 'code.repo.discovered', time: undefined, tenantId: 't1', publisher: 'code', accepted: 1 },
    ])
  })
})
