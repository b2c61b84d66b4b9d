// Which of the things that an IT department looks after a term is about, in English and German: two tickets may speak of the same thing without
// a word in common.
import { stemOf } from './terms.ts'

/** Only words that name the thing wherever they stand: "call" and "file" are in tickets about anything. */
const words: Readonly<Record<string, string>> = {
  mail: `mail mails email emails e-mail outlook mailbox inbox outbox exchange spam newsletter postfach smtp imap mx spf dkim signature attachment
    attachments bounce bounces bounced calendar kalender absence recipient sender distribution`,
  printing:
    'print prints printer printers printing printed printout copier scanner scan scans scanning toner paper tray cartridge duplex drucker drucken druckt papier streaky',
  network: `network netzwerk wi-fi wifi wlan wireless vpn tunnel router switch firewall internet dhcp dns lan wan socket patch access-point
    hotspot bandwidth modem ping gateway vlan ethernet`,
  identity: `password passwords passwort kennwort login logon sign-in signin account accounts konto locked mfa authenticator two-factor user username benutzer
    group groups permission rights employee employees mitarbeiter leaver starter onboarding offboarding`,
  telephony: `phone telephone telefon telephony headset handset extension durchwahl voicemail sip trunk caller callers ring rings ringing hotline fax pbx
    hold queue conference teams-call dial dialling anruf anrufe`,
  backup:
    'backup backups restore restored restores sicherung snapshot retention tape offsite veeam replica replication repository recovery',
  files: `folder folders ordner drive laufwerk share shared sharepoint onedrive sync synchronise synced upload download fileserver version versions
    documents document dokument`,
  hardware: `laptop notebook monitor screen bildschirm keyboard tastatur mouse maus battery akku dock docking charger fan lüfter disk ssd webcam camera
    computer pc workstation motherboard mainboard cable display usb`,
  security: `phishing malware virus trojan ransomware suspicious hacked antivirus defender attack breach encrypted scam spyware adware quarantine
    fraud stolen compromised`,
  software: `erp crm sap datev excel word macro invoice invoices buchung licence license payroll database report module program programm
    application app update version autocad cad accounting posting booking`,
}

const conceptOfStem: ReadonlyMap<string, readonly string[]> = (() => {
  const concepts = new Map<string, string[]>()
  for (const [concept, named] of Object.entries(words))
    for (const stem of new Set(named.split(/\s+/).map(stemOf)))
      concepts.set(stem, [...(concepts.get(stem) ?? []), `@${concept}`])
  return concepts
})()

/** `@mail` and the like. No term of a text begins so. */
export const isConcept = (term: string): boolean => term.startsWith('@')

/** Of a term as `termsOf` gives it. */
export const conceptsOf = (term: string): readonly string[] => conceptOfStem.get(term) ?? []
