// What is said on a call beside its matter: greetings, names, thanks, assent. And what the matter is: the first thing that somebody complains about.
import { termSetOf } from '../../../../../shared/ai/offline/terms.ts'

const courtesies = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${[
    `hi|hello|hey|hallo|moin|servus|grüß gott|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|good ?bye|bye(?: bye)?|tschüss|tschüß|auf wieder(?:hören|sehen)`,
    `(?:have a|einen|schönen|ihnen) (?:nice|good|great|schönen|guten)? ?(?:day|weekend|evening|tag|abend|wochenende)(?: noch)?|schönes wochenende|ebenfalls|ebenso|gleichfalls|likewise|you too`,
    `(?:thanks|thank you|many thanks|vielen dank|danke(?:schön)?|besten dank)(?: (?:a lot|so much|very much|sehr|schön|again))?(?: (?:for (?:calling|your (?:call|help|time))|für (?:ihren|den|deinen) anruf|für (?:ihre|die|deine) hilfe))?`,
    `you(?:'|’)?re welcome|gern(?:e)?(?: geschehen)?|no problem|kein problem|bitte(?: schön)?`,
    `ok(?:ay)?|all ?right|alles klar|alles gut|great|perfect|perfekt|super|prima|sure|of course|sounds good|fine|good|gut|yes|yeah|yep|no|ja|nein|genau|stimmt|richtig|verstehe|verstanden|i see|understood|natürlich|klar|in ordnung|will do|done|mach ich|das war(?:'|’)?s`,
    `(?:how|what) can i (?:help|do for)(?: you)?(?: with)?(?: today)?|wie kann ich (?:ihnen )?(?:helfen|weiterhelfen)|was kann ich für sie tun|can you hear me|hören sie mich|how are you(?: doing)?(?: today)?|wie geht es ihnen`,
  ].join('|')})(?![\p{L}\p{N}])`,
  'giu',
)
/** Two words of a name, and where they are from: up to the end of the clause. */
const introduction =
  /(?<![\p{L}\p{N}])(?:this is|it(?:'|’)s|i(?:'|’)m|my name is|hier (?:ist|spricht)|mein name ist|ich bin)(?! (?:an?|the|my|our|not|ein\p{L}*|de[rms]|die|das|mein\p{L}*|unser\p{L}*|nicht|kein\p{L}*)(?!\p{L}))(?: [\p{L}.-]+){1,2}?(?: (?:from|of|at|von|vom|aus|bei)(?: [\p{L}.&-]+){1,4}?)?(?: (?:here|speaking|am apparat))?(?=\s*(?:[.,;:!?–]|$| (?:and|und|here|speaking)(?!\p{L})))|(?<![\p{L}\p{N}-])[\p{L}-]{1,30}(?: [\p{L}-]{1,30})? (?:speaking|am apparat)(?!\p{L})/giu

const matterTermsMin = 2
/** "Help desk, this is Dana": beside a name, two words are the name of a place. */
const besideNameMin = 3

/** What is said beside them, and how many words it takes to be something. */
const besideCourtesy = (text: string) => {
  const nameless = text.replaceAll(introduction, ' ')
  const left = nameless.replaceAll(courtesies, ' ')
  const isNamed = nameless !== text && !isComplaint(text.replaceAll(courtesies, ' '))
  return { left, isEnough: termSetOf(left).size >= (isNamed ? besideNameMin : matterTermsMin) }
}

/** Whether it says nothing beside them. */
export const isCourtesy = (sentence: string): boolean => {
  const { left, isEnough } = besideCourtesy(sentence)
  return left !== sentence && !isEnough && !isComplaint(sentence.replaceAll(courtesies, ' '))
}

const complaint =
  /(?<![\p{L}\p{N}])(?:down|dead|broken|stuck|slow|lost|missing|wrong|fail(?:s|ed|ing)?|error|outage|problem|issue|crash(?:es|ed)?|freezes|drops|bounces?|hangs|stopped|stops|unable|no longer|nobody|not|never|cannot|can(?:'|’)t|won(?:'|’)t|(?:do|does|did|is|are)n(?:'|’)t|nicht|kein\p{L}{0,2}|nichts|niemand|kaputt|defekt|langsam|ausgefallen|fehler\p{L}*|störung|stürzt|hängt|abgestürzt|gesperrt|locked|weg)(?![\p{L}\p{N}])/iu
/** Of the call itself: "I can't hear you". */
const ofTheCall =
  /(?<!\p{L})(?:hear you|don(?:'|’)t worry|not sure|höre sie nicht|verstehe sie nicht|keine sorge)(?!\p{L})/iu

/** Whether somebody says what is wrong. Who asks does not. */
export const isComplaint = (sentence: string): boolean =>
  complaint.test(sentence) && !ofTheCall.test(sentence) && !sentence.trimEnd().endsWith('?')

/** Whether anything is said on a call beside them. */
export const hasMatter = (texts: readonly string[]): boolean => texts.some((text) => besideCourtesy(text).isEnough)
