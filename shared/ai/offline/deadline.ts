// Until when something is to be done, as somebody said it: "by Friday", "on Sunday at 6 am", "within two days".

const word = (...alternatives: readonly string[]): string => `(?:${alternatives.join('|')})`

const months = word(
  ...'january february march april may june july august september october november december'.split(' '),
  'jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec',
)
const numbers = word(...'one two three four five six seven eight nine ten eleven twelve'.split(' '))
const ordinals = word(
  ...'first second third fourth fifth sixth seventh eighth ninth tenth fifteenth twentieth'.split(' '),
)
const weekday = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const part = '(?: (?:morning|afternoon|evening|night))?'
/** Of which nobody thinks that it counts something. */
const clock = String.raw`(?:\d{1,2}(?::\d{2})?\s?(?:am|pm|o'clock)|\d{1,2}:\d{2}|noon|midnight)`
const hour = word(clock, String.raw`\d{1,2}`, numbers)
const at = `(?: (?:at|by|before) ${hour})?`
const day = `${word(weekday, 'tomorrow', 'today')}${part}${at}|tonight${at}`
const date = word(
  String.raw`\d{1,2}(?:st|nd|rd|th)?(?: of)? ${months}`,
  String.raw`${months} \d{1,2}(?:st|nd|rd|th)?`,
  String.raw`\d{1,2}(?:st|nd|rd|th)`,
  ordinals,
)
const span = String.raw`(?:an?|the|\d{1,3}|${numbers}) (?:next )?(?:minutes?|hours?|days?|weeks?|months?)`
const end = 'end of (?:the |this |next )?(?:day|week|month|quarter|year)'

const deadline = new RegExp(
  String.raw`\b${word(
    `(?:by|before|until|till|on)(?: the)?(?: next| this)? ${word(day, date, end, 'week', 'month')}`,
    `(?:by|before|until|till) (?:the )?(?:${hour}|lunch)`,
    `(?:this|next) ${word('week(?:end)?', 'month', 'morning', 'afternoon', 'evening', weekday + part + at)}`,
    `(?<!(?:since|from|last|every|of|after) )(?:${day})`,
    `at ${clock}`,
    `(?:within|in) ${span}`,
    'right away|straight away|immediately|as soon as possible',
  )}(?![\p{L}\p{N}])`,
  'iu',
)

/** @returns undefined when the sentence names none */
export const deadlineIn = (sentence: string): string | undefined => deadline.exec(sentence)?.[0]
