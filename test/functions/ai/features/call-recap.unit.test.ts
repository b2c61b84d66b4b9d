// The recap of a call by rule, in English and German: its matter, what has to be done, and until when.
import { describe, expect, it } from 'vitest'
import { check } from '../../../../functions/ai/features/voice/call-recap/check.ts'
import { fallback } from '../../../../functions/ai/features/voice/call-recap/fallback.ts'

/** Two people in turn, the help desk first. */
const callOf = (...texts: readonly string[]) => ({
  call: { id: 'call-1', startedAt: '2026-11-27T09:00:00Z' },
  segments: texts.map((text, index) => ({ id: `s${index}`, at: index, speaker: index % 2 ? 'Mia' : 'Ines', text })),
})
const summaryOf = (...texts: readonly string[]) => fallback(callOf(...texts)).summary.map(({ sentence }) => sentence)
const itemsOf = (text: string) => fallback(callOf('Hallo Mia.', text)).actionItems.map(({ owner, due }) => [owner, due])

describe('the summary of a call', () => {
  const talk = Array.from({ length: 12 }, (_, index) => [
    `The router in room ${index} was restarted because the router was hot.`,
    `We will replace the router in room ${index} next month.`,
  ]).flat()

  it.each([
    ['Hi, this is Mia.', 'Our VPN is down for everybody since 8 am.'],
    ['Guten Tag, hier ist Mia.', 'Unser Server ist seit heute früh nicht erreichbar.'],
  ])('has the matter of the caller after %j, and no greeting', (greeting, matter) => {
    const sentences = summaryOf('Guten Tag, hier ist Ines. What can I do for you?', `${greeting} ${matter}`, ...talk)
    expect(sentences).toContain(matter)
    expect(sentences.join(' ')).not.toMatch(/Mia|Ines|What can/)
  })

  it.each([
    'Guten Tag, hier ist Ines.',
    'Alles klar.',
    'Hi, this is Mia.',
    'Hi, this is Mia Stone from Northwind.',
    'Help desk, this is Dana.',
    'Support, Marek speaking.',
    'Okay, great, thank you.',
    'Vielen Dank, schönen Tag noch.',
    'Thanks for calling, have a nice day.',
    'Wie kann ich Ihnen helfen?',
  ])('never has %j', (courtesy) => {
    expect(summaryOf(courtesy, 'The file server at the branch is full.')).toEqual([
      'The file server at the branch is full.',
    ])
  })

  it.each([
    'Hi, VPN is down.',
    'This is a problem with the VPN.',
    'Hi this is Mia and our VPN is down.',
    "It's slow today.",
  ])('has %j, which is more than a greeting', (said) => {
    expect(summaryOf('Hello.', said)).toEqual([said])
  })

  it('is what begins a line that is no sentence', () => {
    const [sentence = ''] = summaryOf('Hello.', 'the vpn drops and '.repeat(100))
    expect(sentence.length).toBeLessThanOrEqual(600)
    expect(sentence).toMatch(/^the vpn drops/)
  })

  it('of a model is refused when it is empty, unless nothing was said', () => {
    const empty = { summary: [], actionItems: [] }
    expect(check(callOf('Hello.', 'Our VPN is down for everybody.'), empty)).toEqual([
      { path: ['summary'], message: 'is empty. Say what the call was about' },
    ])
    expect(check(callOf('Guten Tag, hier ist Ines.', 'Danke, tschüss.'), empty)).toEqual([])
    expect(fallback(callOf('Guten Tag, hier ist Ines.', 'Danke, tschüss.')).summary).toEqual([])
  })
})

describe('what has to be done, in German', () => {
  it.each([
    ['Ich schicke Ihnen morgen das Angebot.', 'Mia', 'morgen'],
    ['Morgen früh tausche ich die Platte.', 'Mia', 'Morgen früh'],
    ['Ich bestelle den Toner heute noch.', 'Mia', 'heute noch'],
    ['Ich werde den Switch am Mittwoch tauschen.', 'Mia', 'am Mittwoch'],
    ['Können Sie bitte bis Freitag den Rechner neu starten?', 'Ines', 'bis Freitag'],
    ['Wir melden uns bis zum 15. Dezember bei Ihnen.', null, 'bis zum 15. Dezember'],
    ['Wir werden die Firewall nächste Woche ersetzen.', null, 'nächste Woche'],
    ['Ich prüfe in zwei Tagen die Sicherung.', 'Mia', 'in zwei Tagen'],
    ['Ich kläre bis Ende der Woche die Lizenzen.', 'Mia', 'bis Ende der Woche'],
    ['Ich werde nicht vergessen, den Toner übermorgen zu bestellen.', 'Mia', 'übermorgen'],
    ['Ich prüfe, warum der Drucker seit Montag nicht geht.', 'Mia', null],
  ])('%j: by %j, due %j', (text, owner, due) => {
    expect(itemsOf(text)).toEqual([[owner, due]])
    const call = callOf('Hallo Mia.', text)
    expect(check(call, fallback(call))).toEqual([])
  })

  it.each([
    'Wir werden den Switch nicht anfassen.',
    'Wir werden keine Updates am Server installieren.',
    'Ich rufe an, weil unser Server steht.',
    'Guten Morgen, unser Server steht.',
  ])('is nothing in %j', (text) => {
    expect(itemsOf(text)).toEqual([])
  })
})
