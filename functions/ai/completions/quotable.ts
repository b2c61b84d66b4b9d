// What of a conversation can be quoted where no model is connected: what the user tells, not what they ask for.
import { sentencesOf } from '../../../shared/ai/offline/sentences.ts'

const sentencesMax = 2_000

/** Words with which somebody is told to do something with a text, in English and German. */
const asks =
  /^(?:(?:and|now|then|please|kindly|bitte|und|jetzt|dann)[ ,]+)*(?:please|summari[sz]e|sum up|explain|describe|write|rewrite|rephrase|translate|list|answer|reply|classify|extract|tell|give|show|draft|suggest|compare|analy[sz]e|review|check|fix|correct|shorten|can you|could you|would you|will you|fasse|fass|erkläre?|beschreibe?|schreibe?|übersetze?|liste|antworte|nenne?|zeige?|vergleiche?|kannst du|können sie)(?![\p{L}\p{N}-])/iu

/** Each sentence as it stands, a line each; empty when all of it asks for something. */
export const quotable = (text: string): string =>
  sentencesOf(text, sentencesMax)
    .filter((sentence) => !asks.test(sentence) && !sentence.endsWith('?'))
    .join('\n')
