// How people tell of a trouble in tickets. The phrases of the two halves of the set are not the same: rules were developed with the first of each pair alone.
import type { Part } from '../part.ts'

/** The kinds of causes that a case can have. */
export const troubles = [
  'full-disk',
  'certificate',
  'failed-patch',
  'internet-outage',
  'offline',
  'cut-off',
  'licence',
  'attack',
  'change',
  'named-change',
] as const
export type Trouble = (typeof troubles)[number]

/** Title, then description. `{host}`: the device; `{code}`: an error code or the id of an update. */
type Told = readonly [title: string, description: string]

const told: Readonly<Record<Trouble, Readonly<Record<Part, readonly Told[]>>>> = {
  'full-disk': {
    development: [
      ['Nobody can save files on {host}', 'People in accounting get an error when they save a spreadsheet.'],
      ['Backup of {host} failed', 'The job ended with an error, and there is no restore point.'],
      ['{host} is very slow', 'Opening anything takes minutes.'],
    ],
    'held-out': [
      ['Documents are not stored on {host}', 'Word says there is not enough space when we save.'],
      ['Database on {host} read-only', 'The shop system reports that the database cannot grow.'],
      ['Uploads to {host} end with an error', 'Scans from the copier no longer arrive either.'],
    ],
  },
  certificate: {
    development: [
      ['Warning when opening {host}', 'The browser says the connection is not private.'],
      ['Certificate error at {host}', 'Our partners cannot send us orders.'],
      ['Outlook shows a security alert for {host}', 'It asks whether to trust the certificate.'],
    ],
    'held-out': [
      ['Browser refuses {host}', 'It says your connection is not secure, for everybody here.'],
      ['TLS handshake with {host} fails', 'The interface to the warehouse stands still.'],
      ['Phones do not sync mail from {host}', 'The phone says that the server identity is untrusted.'],
    ],
  },
  'failed-patch': {
    development: [
      ['{host} hangs after the update', 'It shows working on updates and then goes back.'],
      ['Blue screen on {host}', 'The computer restarts again and again.'],
      ['{host} wants to install the same update each day', 'The user has restarted it several times.'],
    ],
    'held-out': [
      ['{host} does not get past the spinning dots', 'It tried to install something and undoes it at each reboot.'],
      ['Windows Update error on {host}', 'The same patch is offered each evening.'],
      ['{host}: stop code at boot', 'It came up only after several attempts.'],
    ],
  },
  'internet-outage': {
    development: [
      ['No internet in the office', 'Nobody gets on any website.'],
      ['Phones are dead at the site', 'Calls cannot be made, and the cloud apps do not load.'],
      ['Whole site offline', 'We can print, but nothing outside can be reached.'],
    ],
    'held-out': [
      ['Internet down since we came in', 'All of us are working from phones.'],
      ['Web pages do not load for anybody', 'Inside the office everything works.'],
      ['VoIP does not ring', 'Customers say that they get a busy tone; browsing is impossible too.'],
    ],
  },
  offline: {
    development: [
      ['Cannot connect to {host}', 'Remote desktop times out.'],
      ['{host} does not respond', 'Nothing on it can be opened.'],
      ['Terminal server {host} down', 'Our bookkeeping cannot work.'],
    ],
    'held-out': [
      ['{host} is unreachable', 'Mapped drives have a red cross.'],
      ['Nobody gets on {host}', 'We cannot open the practice software at all, no response.'],
      ['{host} went down', 'It does not even answer a ping.'],
    ],
  },
  'cut-off': {
    development: [
      ['{host} has no connection', 'Neither mail nor the shares can be reached.'],
      ['No network on {host}', 'She cannot open the internet or the server.'],
    ],
    'held-out': [
      ['{host} is disconnected from everything', 'Wi-Fi and cable show connected, but no access.'],
      ['Laptop {host} lost the connection', 'Only the local programs still work.'],
    ],
  },
  licence: {
    development: [
      ['{host} says unlicensed product', 'Editing is switched off.'],
      ['Licence message in {host}', 'Every start asks for activation.'],
    ],
    'held-out': [
      ['Subscription notice when starting {host}', 'Drawings open only for reading.'],
      ['{host} runs in trial mode', 'It says that the license could not be verified.'],
    ],
  },
  attack: {
    development: [
      ['Strange files on {host}', 'Documents have a new ending and cannot be opened; a text file asks for ransom.'],
      ['Pop-ups on {host}', 'Windows tells her to call a number because of a virus.'],
    ],
    'held-out': [
      ['The cursor moves by itself on {host}', 'The user swears that somebody else is typing.'],
      ['Colleagues get spam from us', 'Mails went out that the user of {host} did not send.'],
    ],
  },
  change: {
    development: [
      ['Mapped drives are gone on {host}', 'The drives H and K are missing after sign-in.'],
      ['Scanner no longer sends mail', 'The scanner at {host} reports an authentication problem.'],
      ['Remote desktop to {host} asks for a second factor', 'Nobody has enrolled one.'],
    ],
    'held-out': [
      ['Printers are missing on {host}', 'The labels for the warehouse come from those printers.'],
      ['The VPN refuses people of {host}', 'It says that the VPN group is unknown.'],
      ['Calendar sharing broken on {host}', 'Calendars of other rooms are shown without details.'],
    ],
  },
  'named-change': {
    development: [
      ['Error {code} on {host}', 'It comes with every start of the stock program.'],
      ['{code} removed, still trouble on {host}', 'The scale program reports a fault.'],
    ],
    'held-out': [
      ['{host}: something about {code}', 'The till closes by itself.'],
      ['Message {code} when starting the ledger on {host}', 'After that the ledger is gone.'],
    ],
  },
}

export const toldOf = (trouble: Trouble, part: Part): readonly Told[] => told[trouble][part]

/** What was changed, in words that the tickets of the same place share. */
export const changesTold: Readonly<Record<Part, readonly string[]>> = {
  development: [
    'Group policy for mapped drives replaced',
    'SMTP authentication for scanner accounts switched off',
    'Second factor required for remote desktop',
  ],
  'held-out': [
    'Print server renamed, printers published anew',
    'VPN group replaced by a new one',
    'Default permission of calendar sharing lowered',
  ],
}

/** Which have nothing to do with any of the troubles. */
export const otherChanges: Readonly<Record<Part, readonly string[]>> = {
  development: ['Wallpaper of the company replaced', 'Asset tag corrected', 'Fan replaced'],
  'held-out': ['Name of the cost centre corrected', 'Second monitor added', 'Keyboard layout added'],
}

/** Of which no product knows a cause. */
export const unexplained: Readonly<Record<Part, readonly Told[]>> = {
  development: [
    ['Please show me pivot tables', 'I need them for the meeting about {host}.'],
    ['Colours are wrong on {host}', 'Everything has a yellow tint.'],
    ['Excel closes by itself on {host}', 'It happens with one workbook only.'],
  ],
  'held-out': [
    ['Keys stick on {host}', 'The letter E comes twice.'],
    ['Sound is too quiet on {host}', 'In meetings the others hardly hear her.'],
    ['Formula gives a wrong sum on {host}', 'The total is off by a cent.'],
  ],
}
