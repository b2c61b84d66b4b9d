// Causes that the facts of devices, assets and detections speak for or against, by the labels under which this suite tells them.
import { type Fact, type Input, changeTime, isoTimeIn, timeOf } from '../times.ts'
import type { Claim } from './claim.ts'
import { expiryClaim } from './expiry-claim.ts'

type Record = Input['ticket']

/** What a fact claims of a record. */
export const claimsOf = (record: Record): readonly Claim[] =>
  record.facts.flatMap((fact) => {
    const claim = claimOf(fact, record)
    return claim ? [{ fact, ...claim }] : []
  })

type Found = Omit<Claim, 'fact'>

const claimOf = (fact: Fact, record: Record): Found | undefined => {
  const { label, text } = fact
  const { title } = record
  if (label === 'Disk') return diskClaim(text, title)
  if (label === 'Online') return onlineClaim(text, record)
  if (label === 'Patch status') return patchClaim(text, title)
  if (label.startsWith('Missing patch'))
    return { statement: `${title} does not have the patch ${text}.`, kind: 'hint', explains: ['update'] }
  if (label === 'Needs a restart' && text === 'yes')
    return {
      statement: `${title} waits for a restart, after which an update takes effect.`,
      kind: 'hint',
      explains: ['update'],
    }
  if (label === 'Cut off from the network' && text === 'yes')
    return {
      statement: `${title} has no network because Defend has cut it off.`,
      kind: 'state',
      explains: ['reach', 'internet'],
    }
  return securityClaim(fact, record) ?? changeClaim(fact, title) ?? expiryClaim(fact, title) ?? outageClaim(fact, title)
}

/** As `shared/context/rmm.ts` tells it: `C: 21.4 GB of 480 GB are free`. */
const diskClaim = (text: string, title: string): Found | undefined => {
  const [, name, free, size] = /^(.{1,200}): ([\d.]+) GB of ([\d.]+) GB are free$/.exec(text) ?? []
  const share = Number(free) / Number(size)
  if (name === undefined || !Number.isFinite(share) || (share >= nearlyFull && share < ample)) return undefined
  const statement = `The disk ${name} of ${title} is full, or nearly so.`
  return {
    statement,
    kind: share < nearlyFull ? 'state' : 'absence',
    explains: ['storage'],
    explainsPartly: ['slowness'],
    part: name.slice(0, 1),
  }
}
const nearlyFull = 0.1
const ample = 0.25

/** What stands between others and the network. */
const networkKinds = /^(?:router|firewall|switch|gateway|modem|access point|internet line|wan|circuit|network)/i

const onlineClaim = (text: string, { title, facts }: Record): Found | undefined => {
  const statement = `${title} is switched off or cannot be reached.`
  const explains = ['reach', 'internet'] as const
  if (text !== 'no') return { statement, kind: 'absence', explains }
  const seen = facts.find(({ label }) => label === 'Last seen')
  const kind = facts.find(({ label }) => label === 'Kind' || label === 'Type')?.text ?? ''
  return {
    statement,
    kind: 'state',
    explains,
    at: seen && timeOf(seen),
    stops: true,
    isShared: networkKinds.test(kind),
  }
}

const patchClaim = (text: string, title: string): Found | undefined => {
  const missing = `A patch that ${title} does not have would have prevented it.`
  if (text === 'up to date') return { statement: missing, kind: 'absence', explains: ['update'] }
  if (text === 'patches are missing') return { statement: missing, kind: 'hint', explains: ['update'] }
  if (text !== 'the last installation failed') return undefined
  return { statement: `An update of ${title} that failed is the cause.`, kind: 'state', explains: ['update'] }
}

const securityClaim = ({ label, text }: Fact, { title, facts }: Record): Found | undefined => {
  const { at, severity } = /^Open detection of (?<at>\S+) \((?<severity>critical|high)\)$/.exec(label)?.groups ?? {}
  if (at !== undefined)
    return {
      ...attack,
      statement: `${title} is under attack: ${text}.`,
      at,
      // Its id comes last.
      detected: text.replace(/, [^\s,]+$/, ''),
      isCritical: severity === 'critical',
    }
  if (label !== 'Detection') return undefined
  const told = (name: string): Fact | undefined => facts.find((fact) => fact.label === name)
  const [detected, summary] = [told('Detected'), told('Summary')]
  return {
    ...attack,
    statement: `An attack is the cause: ${text}.`,
    at: detected && timeOf(detected),
    detected: text,
    isCritical: told('Severity')?.text === 'critical',
    details: summary ? [summary] : [],
  }
}
const attack = { kind: 'detection', explains: ['attack'] } as const

const changeClaim = (fact: Fact, title: string): Found | undefined => {
  const at = changeTime(fact)
  if (at === undefined) return undefined
  return { statement: `A change of ${title} is the cause: ${fact.text}.`, kind: 'change', explains: [], at }
}

/** A status of a line or a service that says so, or somebody on the phone. */
const outage =
  /\b(?:outage|disruption|(?:line|link|service|circuit) (?:is )?down|major incident|störung|ausfall|unterbrechung)\b/i
const denied = /\b(?:no|none|without|ended|resolved|over|keine?|behoben|beendet)\b/i

const outageClaim = (fact: Fact, title: string): Found | undefined => {
  const isSaid = fact.label.startsWith('Said at')
  if (!outage.test(fact.text) || denied.test(fact.text) || !(isSaid || /^(?:Attribute|Status|State)$/.test(fact.label)))
    return undefined
  return {
    statement: isSaid
      ? `An outage that was spoken of in ${title} is the cause: ${fact.text}.`
      : `An outage of ${title} is the cause: ${fact.text}.`,
    kind: isSaid ? 'hint' : 'state',
    explains: ['internet', 'reach'],
    at: isoTimeIn(fact.text),
    isShared: true,
  }
}
