// The text of a security ticket. What Defend tells is quoted: an attacker may have chosen the words.
import type { Client } from '../../../shared/clients/client-directory.ts'
import { type Placement, clientLineOf, ticketPlaceOf } from '../../../shared/clients/placement.ts'
import { psaLimits } from '../../../shared/peers/psa/contract.ts'
import type { PsaTicketDraft } from '../../../shared/peers/psa/ticket-contract.ts'
import { indented, oneLine } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { type Detection, ticketRefOf } from './detection.ts'

/** The ticket that a detection begins. */
export const draftOf = (tenantId: string, detection: Detection, placement: Placement): PsaTicketDraft => ({
  externalReference: ticketRefOf(tenantId, detection.detection_id),
  title: titleOf(detection),
  description: textOf(
    ['The One Defend found a critical threat.', clientLine(detection, placement.client), 'Cause:', causeOf(detection)],
    detection,
    psaLimits.description,
  ),
  ...placeForDetection(placement),
  source: 'the-one-ai',
  links: [linkOf(detection)].flatMap((url) => (url === undefined ? [] : [{ title: 'Detection in Defend', url }])),
  relatedTicketIds: [],
})

/** As the tenant has set it for what is critical. */
export const placeForDetection = (placement: Placement) =>
  ticketPlaceOf(placement, { type: 'security_detection', severity: 'critical' })

const clientLine = ({ client_id }: Detection, client: Client | undefined): string =>
  clientLineOf(
    client,
    client_id === null
      ? 'none. The detection from Defend does not name a client.'
      : 'unknown. Add the client from Defend to The One Code with the same id.',
  )

const causeOf = ({ cause }: Detection): string => indented(shorten(oneLine(cause) || 'unknown', 200))

/** What is noted of a detection on the ticket that another one of the same cause began. */
export const noteOf = (detection: Detection): string =>
  textOf(['The One Defend found another detection with the same cause.'], detection, psaLimits.noteText)

/** Why a ticket was opened again that was closed while a detection was noted on it. */
export const reopenedNote = 'Reopened: the ticket was closed while another detection was being added.'

const titleOf = (detection: Detection): string => {
  const begin = '[Critical] '
  const device = deviceName(detection)
  const end = device === '' ? '' : ` on ${shorten(device, 60)}`
  return `${begin}${shorten(nameOf(detection), psaLimits.title - begin.length - end.length)}${end}`
}

const nameOf = ({ title }: Detection): string => oneLine(title) || 'Detection without a title'

/** What happened to an account has none. */
const hasNoDevice = ({ device: { id, hostname, operating_system } }: Detection): boolean =>
  id === '' && hostname === '' && operating_system === undefined

/** Empty for one without a name. */
const deviceName = ({ device }: Detection): string => oneLine(device.hostname) || oneLine(device.id)

/** As a browser reads it. Undefined when it is too long for PSA, or would show another host than it leads to. */
const linkOf = ({ url }: Detection): string | undefined => {
  const parsed = URL.parse(url)
  if (!parsed || parsed.username !== '' || parsed.password !== '' || parsed.href.length > linkLengthMax)
    return undefined
  return parsed.href
}
const linkLengthMax = 2_000

/** Our own lines begin at the margin, Defend's are indented. */
const textOf = ([intro, ...own]: readonly [string, ...string[]], detection: Detection, lengthMax: number): string => {
  const render = (summary: string, steps: readonly string[], shortened: readonly string[]): string =>
    [
      `${intro} Indented text is quoted from the detection.`,
      ...own,
      'Detection:',
      indented(nameOf(detection)),
      'Summary:',
      summary,
      ...(hasNoDevice(detection)
        ? ['Affected device: not specified.']
        : ['Affected device:', deviceLines(detection).map(indented).join('\n')]),
      ...(steps.length === 0
        ? ['Recommended remediation: not specified.']
        : ['Recommended remediation:', steps.join('\n')]),
      `Detected at: ${new Date(detection.detected_at).toISOString()}`,
      `Open in Defend: ${linkOf(detection) ?? 'the link from Defend is not valid. Search for the detection in Defend.'}`,
      ...(detection.missing ? [`Missing from Defend: ${detection.missing.join(', ')}.`] : []),
      ...(shortened.length > 0 ? [`Shortened here, complete in Defend: ${shortened.join(', ')}.`] : []),
    ].join('\n\n')
  const summary = indented(detection.summary) || '    (empty)'
  const steps = detection.remediation.map((step, index) => `    ${index + 1}. ${oneLine(step)}`)
  // Either may take what the other leaves, and half of it in any case.
  const room =
    lengthMax -
    render(
      '',
      steps.map(() => ''),
      ['summary', 'remediation', ...(detection.shortened ?? [])],
    ).length
  const stepsLength = steps.reduce((sum, { length }) => sum + length, 0)
  const shortSummary = shorten(summary, Math.max(room - stepsLength, Math.floor(room / 2)))
  const stepMax = Math.floor((room - shortSummary.length) / steps.length)
  const fit = stepsLength <= room - shortSummary.length
  const cut = [...(shortSummary === summary ? [] : ['summary']), ...(fit ? [] : ['remediation'])]
  return render(shortSummary, fit ? steps : steps.map((step) => shorten(step, stepMax)), [
    ...new Set([...(detection.shortened ?? []), ...cut]),
  ])
}

const deviceLines = ({ device }: Detection): readonly string[] => [
  `Host name: ${oneLine(device.hostname) || 'unknown'}`,
  `Id: ${oneLine(device.id) || 'unknown'}`,
  `Operating system: ${oneLine(device.operating_system ?? '') || 'unknown'}`,
]
