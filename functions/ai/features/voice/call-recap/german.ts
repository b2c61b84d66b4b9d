// How German says who does what, and until when: for the action items of calls.
import type { Wording } from '../../../../../shared/ai/offline/action-items.ts'

const word = (...alternatives: readonly string[]): string => `(?:${alternatives.join('|')})`

const weekday = '(?:(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend)'
const part = '(?: ?(?:früh|vormittag|mittag|nachmittag|abend|morgen|nacht))?'
const clock = String.raw`\d{1,2}(?::\d\d)? uhr`
const at = `(?: (?:um |bis |vor |gegen )?${clock})?`
const months = word(
  ...'januar jänner februar märz april mai juni juli august september oktober november dezember'.split(' '),
)
const date = String.raw`\d{1,2}\.(?: ?${months}| ?\d{1,2}\.(?: ?20\d\d)?)?`
const coming = '(?:nächste[nrsm]?|kommende[nrsm]?|diese[nrsm]?)'
const end = `(?:ende|anfang|mitte) (?:der |des |${coming} )?${word('woche', 'monats?', 'quartals?', 'jahres', months)}`
const day = `(?:heute|morgen|übermorgen)(?: noch)?${part}${at}|noch heute`
const span = String.raw`(?:\d{1,3}|eine[rmn]?|zwei|drei|vier|fünf) (?:minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?)`

const deadline = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${word(
    `(?:spätestens )?(?:bis|am|vor|spätestens)(?: (?:zum|am|dem|spätestens|${coming}))* ${word(weekday + part + at, date, end, day, clock, 'mittag', 'abend', 'feierabend', 'wochenende', 'monatsende', 'jahresende')}`,
    `(?:bis )?(?:in der |am |im )?${coming} (?:woche|monat|wochenende|quartal|${weekday}${part}${at})`,
    `(?<!(?:seit|von|ab|guten|jeden|letzten|am|vom|gestern) )(?:${day}|${weekday}${part}${at})`,
    end,
    `(?:um|gegen) ${clock}`,
    `(?:in|innerhalb von|binnen) (?:den nächsten )?${span}`,
    'so ?(?:bald|schnell) wie möglich|umgehend|sofort',
  )}(?![\p{L}\p{N}])`,
  'iu',
)

/** What is said in the present tense, and will be done. */
const takesOn =
  '(?:werde|schicke|sende|bestelle|rufe|kümmere|melde|prüfe|kläre|erstelle|tausche|ersetze|installiere|sperre|bringe)'
const takeOn =
  '(?:werden|müssen|melden|schicken|senden|bestellen|rufen|kümmern|prüfen|klären|erstellen|tauschen|ersetzen|installieren|bringen)'

export const german: Wording = {
  promise: new RegExp(String.raw`\b(?:ich ${takesOn}|${takesOn} ich)\b`, 'iu'),
  common: new RegExp(String.raw`\b(?:wir ${takeOn}|${takeOn} wir)\b`, 'iu'),
  request: /\b(?:bitte|kannst du|könnt ihr|können sie|könnten sie)\b/iu,
  /** Who calls says so in the same words: "Ich rufe an, weil …", "Ich melde mich wegen …". */
  noTask:
    /\b(?:(?:ich (?:rufe|melde)|(?:rufe|melde) ich)(?: mich)?(?: an)?,? (?:wegen|weil|da)\b|ich rufe an\b|bitte (?:warten|wiederholen|bleiben sie)|(?:können|könnten) sie (?:mich hören|das wiederholen))/iu,
  denial: new RegExp(
    String.raw`\b(?:(?:ich|wir) (?:${takesOn}|${takeOn}|muss|brauche|brauchen)|(?:${takesOn}|${takeOn}|muss|brauche|brauchen) (?:ich|wir|sie))\b(?:(?!\b(?:warum|wenn|ob|dass|weil|falls|damit|sondern|aber)\b)[^.,;:!?])*?\b(?:nicht(?! (?:nur|später|vergessen))|nie|niemals|kein\p{L}{0,2}|nichts)\b(?:(?!\b(?:sondern|aber|und)\b)[^.,;:!?])*`,
    'giu',
  ),
  deadlineIn: (sentence) => deadline.exec(sentence)?.[0],
}
