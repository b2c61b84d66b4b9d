// How English says who does what, and until when: for the action items of calls.
import type { Wording } from '../../../../../shared/ai/offline/action-items.ts'
import { deadlineIn } from '../../../../../shared/ai/offline/deadline.ts'

const promise =
  /\b(?:I(?:'|’)ll|I will|I won(?:'|’)t|I(?:'|’)m going to|I am going to|let me|I can (?:send|order|call|check|schedule|set|get|do))\b/i
const common = /\b(?:we(?:'|’)ll|we will|we(?:'|’)re going to|we are going to|we (?:need|have) to)\b/i
const request = /\b(?:(?:can|could|would|will) you|please|you (?:need|have) to|you should|make sure)\b/i
const task = /\b(?:needs? to be|has to be|must be|should be|action item|to[- ]do|follow[- ]up:?)\b/i
/** What is done, conditional, general or a courtesy. */
const noTask =
  /\b(?:let me know|let me (?:see|think|share my)|I(?:'|’)ll be (?:right )?back|hold on|bear with me|please hold|if you (?:want|like|need)|would have|should have|could have|can you (?:hear|see)|could you (?:repeat|say|spell)|can you (?:repeat|say|spell|tell|confirm)|could you (?:tell|confirm)|thank(?:s| you)|please (?:wait|repeat))\b/i

/** "I won't forget to order it" is a promise. */
const denial =
  /\b(?:(?:I|we|you)(?:(?:'|’)ll| will|(?:'|’)re| are|(?:'|’)m| am)(?: going to)? (?:not|never)|(?:I|we) won(?:'|’)t|(?:do|does|did)(?: not|n(?:'|’)t) (?:need|have))\b(?! (?:only|just|forget))(?:(?! (?:but|and) )[^.,;:!?])*/gi

export const english: Wording = { promise, common, request, task, noTask, denial, deadlineIn }
