// What people say on the phone that tells nothing of what they talk about, and the other words that they have for what articles name.
import { conceptsOf } from '../../../shared/ai/offline/concepts.ts'
import { stemOf, termsOf } from '../../../shared/ai/offline/terms.ts'

/** "printers" is "printer", and that is "print"; "delete" is "deleted". */
const rootOf = (word: string): string => stemOf(stemOf(word)).replace(/(?<=^\p{L}{4,})e$/u, '')

/** An article has one of them by chance. In English and German. */
const everyday = new Set(
  `about after afternoon again all already also always another any anything around away back bad because before begin behind believe below
  beside best better between big bit bring call called came change changed check choose come comes day days did different does doing done down each
  early else end even evening ever every everybody everything exactly far few fill filled find fine first five for forget forgot four front
  full funny gave get gets getting give given go goes going gone good got great had half hand happen happened happy hello hello help here him his her hold
  hope hour hours however i'm idea it's just keep kind knew know known large last late later least left less let life like little
  long look looks lot made make makes man many may maybe mean minute minutes mister moment monday tuesday wednesday thursday friday saturday
  sunday month months more morning most mostly mr mrs much must myself need needs never new next nice night nine nobody noon nothing number
  of off often ok okay old once one only or other others over own part people perhaps person place possible problem put question
  quite read ready really right road room same said sales saw say says second see seen seems send seven shall she short should show shows side since
  six small so some somebody something sometimes soon sorry still stop such sure take takes talk tell tells ten thank thanks thing things think
  third those though thought three through time times today together told tomorrow too took top tried try turn twelve twice two under until use
  used using usual very wait walk want wanted wants way week weekend weeks well went were whole whom whose within without word words work
  works world write wrong wrote year years yes yesterday yet you're young yours able ask asked believe buy cost fact feel friend guess   house lady left listen live mind miss name plan please point reason set start started state stay stays tries understand
  itself himself herself themselves ourselves while whether anyone everyone someone either neither though anyway
  company colleague colleagues customer customers office department
  aber alle alles also andere anders bald beide beim bisschen bitte da dann danke doch drei eben einfach einmal erst etwas fertig frage ganz
  gar geht gehen genau gerade gern gestern gesagt gibt gut guten hallo heute hier immer ja jetzt keine können leider letzte mal man mehr mein meine minute moment
  montag morgen muss nein neu neue nichts nochmal oben problem sache schon sehr seit sieht so sonst tag tage unten viel vielleicht vor wann
  warum weiß wieder woche wollte wohl wort zeit zwei zurück kollege kollegin firma büro kunde kunden`
    .split(/\s+/)
    .map(rootOf),
)

/** Each line is one thing. The first word of a line stands for the others. */
const named: ReadonlyMap<string, string> = new Map(
  `laptop notebook computer pc
  phone mobile cell telephone smartphone iphone android handset handy telefon
  screen monitor display bildschirm
  mail email e-mail
  mailbox inbox postfach
  wireless wi-fi wifi wlan
  printer copier multifunction drucker
  calendar diary kalender appointment
  delete erase threw vanish disappear gelöscht
  overwritten overwrote overwrite
  block lock gesperrt
  licence license seats
  authenticator mfa factor two-factor code
  refuse deny denied allow permit forbidden
  guest visitor contractor besucher
  employee starter hire joiner mitarbeiter
  leave leaver quit resign
  human personnel hr
  absent absence holiday vacation sick parental abwesend
  supervisor boss manager vorgesetzter
  deputy assistant secretary stellvertreter
  badge card ausweis
  paper sheet
  stripe streak smear streifen
  sync synchronise synchronisation synchronize synchronization
  disconnect drop abort interrupt
  forward redirect divert umleiten
  sound audio hear noise ton
  slow sluggish crawl freeze hang langsam
  black dark blank schwarz
  expire invalid outdated abgelaufen
  charge charger charging adapter
  swollen bulge bloat
  internet web online
  quarantine junk spam
  returned bounce bounced
  full space quota storage voll
  install setup installation
  update upgrade firmware
  administrator admin
  restart reboot restarted neustart
  vpn tunnel
  access rights permission
  dock docking
  socket outlet wall dose
  password passwort kennwort
  restore recover wiederherstellen
  file folder datei document
  drive laufwerk
  phishing fraud scam fake suspicious
  signature certificate zertifikat
  meeting conference besprechung`
    .split('\n')
    .flatMap((line) => {
      const [first = '', ...others] = line.trim().split(' ')
      return others.map((other) => [rootOf(other), stemOf(first)] as const)
    }),
)

export const isEveryday = (word: string): boolean => everyday.has(rootOf(word))

export type Spoken = {
  readonly term: string
  /** What an IT department looks after, `@printing` and the like. */
  readonly concepts: readonly string[]
}

/** What is talked about, as articles name it. */
export const spokenIn = (text: string): readonly Spoken[] =>
  termsOf(text)
    .filter((term) => !isEveryday(term))
    .map((term) => {
      const name = named.get(rootOf(term)) ?? term
      return { term: rootOf(name), concepts: [...new Set([...conceptsOf(name), ...conceptsOf(stemOf(name))])] }
    })
