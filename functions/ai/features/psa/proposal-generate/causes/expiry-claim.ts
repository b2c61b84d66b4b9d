// Certificates, licences and subscriptions of an asset whose last day an attribute names: `Certificate expires: 2026-11-26`.
import type { Claim } from './claim.ts'
import type { Fact } from '../times.ts'

const named = /^(?<what>.{1,100}?)\s*:\s*(?<day>\d{4}-\d{2}-\d{2})(?<time>T\d{2}:\d{2}(?::\d{2})?Z)?$/
const ending = /expir|valid until|valid to|ends on|end date|gültig bis|ablauf|läuft ab/i
const certificate = /certificat|\bcert\b|tls|ssl|zertifikat/i

/** Whether it has ended by the onset is a matter of time: it is told as what happened on that day. */
export const expiryClaim = ({ label, text }: Fact, title: string): Omit<Claim, 'fact'> | undefined => {
  const { what, day, time } = named.exec(text)?.groups ?? {}
  if (label !== 'Attribute' || what === undefined || day === undefined || !ending.test(what)) return undefined
  return {
    statement: `Something of ${title} has expired: ${text}.`,
    kind: 'change',
    explains: [certificate.test(what) ? 'certificate' : 'licence'],
    at: `${day}${time ?? 'T00:00:00Z'}`,
  }
}
