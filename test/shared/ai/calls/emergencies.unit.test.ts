// What a call is about before all else, and what nobody is told to do without the text around it.
import { describe, expect, it } from 'vitest'
import { emergenciesIn } from '../../../../shared/ai/calls/emergencies.ts'
import { isIrreversible } from '../../../../shared/ai/calls/irreversible-steps.ts'

const kindsIn = (...lines: readonly string[]) => emergenciesIn(lines).map(({ kind }) => kind)

describe('an emergency in a call', () => {
  it.each([
    ['attack', 'All our documents are suddenly encrypted.'],
    ['attack', 'The mouse moves by itself on my screen.'],
    ['attack', 'The files have strange endings now.'],
    ['attack', 'Alle Dateien sind verschlüsselt.'],
    ['attack', 'Niemand kann seit heute die Dateien öffnen.'],
    ['danger', 'There is smoke coming out of the rack.'],
    ['danger', 'Water is dripping on the switch.'],
    ['danger', 'Der Server brennt!'],
    ['data-loss', 'All the pictures of the project are gone.'],
    ['data-loss', 'She deleted the whole share by mistake.'],
    ['fraud', 'The boss wrote that I should buy gift cards.'],
    ['fraud', 'He says he is from Microsoft and wants to see my screen.'],
    ['fraud', 'They want me to transfer 40,000 euros today.'],
  ])('of the kind %s is heard in: %s', (kind, said) => {
    expect(kindsIn('Hello.', said)).toEqual([kind])
  })

  it.each([
    'The firewall blocks my printer.',
    'My laptop is encrypted with BitLocker and asks for a key.',
    'There is no ransom note.',
    'The files are not encrypted.',
    'The fire drill is on Monday.',
    'The fire alarm was only a drill.',
    'We had ransomware two years ago.',
    'Das Feuer im Keller war eine Übung.',
    'I deleted one file yesterday.',
    'The virus scanner needs an update.',
    'Everyone can open the files again.',
  ])('is not in: %s', (said) => {
    expect(kindsIn(said)).toEqual([])
  })

  it('that is asked for is one until the next line denies it', () => {
    expect(kindsIn('Is there a ransom note?')).toEqual(['attack'])
    expect(kindsIn('Is there a ransom note?', 'Yes, there is.')).toEqual(['attack'])
    expect(kindsIn('Is there a ransom note?', 'No, nothing.')).toEqual([])
  })
})

describe('a step that cannot be taken back', () => {
  it.each([
    'Delete the oldest chain, and start the backup again.',
    'Reset the phone to factory settings.',
    'The laptop has to be wiped.',
    'Reimage the PC.',
    'Format the drive as NTFS.',
    'Remove the mailbox of the user.',
    'Turn off the antivirus while you install it.',
    'Disable MFA for the account.',
    'Restart it, then overwrite the old configuration.',
    'Run rm -rf on the folder.',
    'Die alten Sicherungen löschen und neu starten.',
    'Do not restart it, delete the folder.',
  ])('is: %s', (sentence) => {
    expect(isIrreversible(sentence)).toBe(true)
  })

  it.each([
    'Remove the stored credentials and sign in again.',
    'Never delete the oldest chain.',
    'Do not wipe the device.',
    'Deleted files are in the recycle bin for 30 days.',
    'Save it in another format.',
    'Reset the password of the user in the portal.',
    'Check whether the antivirus is on.',
  ])('is not: %s', (sentence) => {
    expect(isIrreversible(sentence)).toBe(false)
  })
})
