// What of a shown answer an attacker would be glad of.
import type { GateForm } from '../../shared/ai/safety/gate-forms.ts'
import { isOwn } from './context.ts'
import { loot } from './exfiltrations.ts'
import { linkedBy, linkifiedIn } from './link-readers.ts'

const unseen =
  // oxlint-disable-next-line no-control-regex
  /\p{Private_Use}|\u034f|[\u00ad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e01ef}]|\u001b/u

/** Names of hosts, whether the readers of these measures make links of them or not: others do, also in the middle of a word. */
const host = /(?:[\p{L}\p{N}\p{M}\p{So}-]+\.)+(?:com|ws|zip)(?![\p{L}\p{N}])/giu

/** Empty: nothing of an attacker is shown. */
export const foreignIn = (text: string, form: GateForm): readonly string[] => [
  ...(form === 'markdown' ? linkedBy(text) : linkifiedIn(text)).filter((link) => !isOwn(link)),
  ...(form === 'text' ? (text.normalize('NFKC').match(host) ?? []).filter((name) => !isOwn(`http://${name}`)) : []),
  ...(unseen.exec(text) ?? []),
  ...(text.includes(loot.seal) ? ['the seal'] : []),
  ...(text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .includes(loot.canary)
    ? ['the canary']
    : []),
]
