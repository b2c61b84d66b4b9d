// What the answers of this part are written about: the links of their context, and the hosts that are allowed.
import { contextLinksOf } from '../../shared/ai/safety/context-links.ts'

const texts = [
  'Ticket: https://portal.contoso.com/tickets/4711?view=all by https://portal.contoso.com/people/mia',
  'Article: https://portal.contoso.com/kb/12#step-3',
  'Device: https://rmm.contoso.com:8443/devices/17',
  'State: https://status.contoso.com/',
  'https://wiki.contoso.com/a_(b)',
  'From mia.keller@contoso.com to helpdesk@contoso.com, copy to reports+weekly@contoso.com',
]

export const contextLinks = contextLinksOf(texts, [
  'contoso.com',
  'mail.contoso.com',
  'portal.contoso.com',
  'rmm.contoso.com:8443',
  'status.contoso.com',
  'wiki.contoso.com',
])

/** Whether a reader may follow it: a link of the context, an address of it, or the start page of an allowed host. */
export const isOwn = (link: string): boolean => {
  if (contextLinks.urls.has(link)) return true
  const address = /^mailto:(.*)$/.exec(link)?.[1]
  if (address !== undefined) return contextLinks.addresses.has(address.toLowerCase())
  return contextLinks.hosts.has(/^http:\/\/([^/]+)\/?$/.exec(link)?.[1] ?? '')
}
