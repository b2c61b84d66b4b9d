// Steps that destroy something, or leave it without protection: whoever takes one has to have read what stands around it. In English and German.

const within = (words: number): string => `(?:[^\\s.?!]+\\s+){0,${words}}`
const stock = [
  '(?:files?|folders?|data|backups?|chains?|snapshots?|versions?|databases?|tables?|mailbox(?:es)?|logs?|recycle\\s+bin',
  'disks?|drives?|volumes?|partitions?|raid|arrays?|devices?|machines?|vms?|servers?',
  'sites?|tenants?|licen[cs]es?|domains?|keys?|accounts?|profiles?)',
].join('|')
const protection = [
  '(?:protection|anti-?virus|antimalware|defender|firewall|edr|xdr|mfa|two-factor|authentication|encryption|bitlocker',
  'backups?|replication|tamper|uac|secure\\s+boot|virenschutz|virenscanner|schutz|verschlüsselung)',
].join('|')

/** Said as what is to be done: "delete it", "has to be deleted". What was deleted is no step. */
const steps: readonly RegExp[] = [
  '(?:delete|erase|wipe|purge|destroy|overwrite|shred|truncate|re-?image|re-?format|factory-reset)(?:s|ing)?',
  '(?:deleting|erasing|wiping|purging|overwriting|shredding|truncating|re-?imaging|re-?formatting)',
  `format(?:ting)?\\s+${within(3)}(?:disks?|drives?|volumes?|partitions?|sticks?|cards?|ssd|device|phone|laptop|pc|it|[a-z]:)`,
  '(?:be|get|gets)\\s+(?:[^\\s.?!]+\\s+)?(?:deleted|erased|wiped|purged|destroyed|overwritten|formatted|re-?imaged|re-?formatted|truncated)',
  `(?:remove|drop|empty|clear|discard|roll\\s+back|revert|re-?initiali[sz]e)(?:ing)?\\s+${within(4)}${stock}`,
  `reset(?:ting)?\\s+${within(2)}(?:devices?|tenants?|raid|arrays?|tpm|bios|nas)`,
  'factory\\s+(?:reset|settings|defaults?|state)|hard\\s+reset|reset\\s+this\\s+pc|start\\s+from\\s+scratch',
  `(?:re-?install|set\\s+up)(?:ing)?\\s+${within(3)}(?:windows|macos|linux|operating\\s+system|server|anew|from\\s+scratch)`,
  `(?:disabl|deactivat|uninstall|remov|bypass|suspend|paus|exclud|stop)(?:e|ing)?\\s+${within(4)}${protection}`,
  `(?:turn|switch|shut)(?:ing|ning)?\\s+(?:off\\s+${within(4)}${protection}|${within(4)}${protection}\\s+off)`,
  'rm\\s+-\\w*[rf]|del\\s+/|diskpart|dd\\s+if=|mkfs|cipher\\s+/w|vssadmin|drop\\s+(?:table|database)|git\\s+push\\s+(?:-f|--force)',
  'löschen?|lösche[nt]?|vernichten?|überschreiben?|formatieren?|(?:neu|platt)\\s*(?:aufsetzen|machen)|werkseinstellung(?:en)?|leeren?',
  `${protection}\\s+${within(3)}(?:deaktivieren?|abschalten|ausschalten|deinstallieren)`,
  `(?:deaktivieren?|deinstallieren)\\s+${within(4)}${protection}`,
].map((pattern) => new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?![\\p{L}\\d])`, 'giu'))

const forbidden = /(?:\b(?:never|not|cannot|without)|n't)\s+(?:[^\s.?!,]+\s+)?$/i

/** Also where it is one step of several. Told not to take one is none. */
export const isIrreversible = (sentence: string): boolean =>
  steps.some((step) => [...sentence.matchAll(step)].some(({ index }) => !forbidden.test(sentence.slice(0, index))))
