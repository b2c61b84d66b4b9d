// The wire of `/audio/transcriptions`, for models of the class `audio`: a recording goes out as a form, and what is heard comes back in one piece.
import * as z from 'zod'
import { reading, spare } from '../../schema/reading.ts'
import type { Wire } from './wire.ts'

/** Of Whisper: 224 tokens of what was said before are read, the last ones. */
const promptLengthMax = 800

const number = z.number().refine(Number.isFinite)

/** As servers answer it. Some know no segments: then all of it is one. */
const ReadAnswer = reading(
  z.object({
    text: z.string(),
    language: spare(z.string()),
    duration: spare(z.coerce.number().min(0).max(86_400)),
    segments: spare(
      z.array(
        z.object({
          start: number,
          end: number,
          text: z.string(),
          no_speech_prob: spare(number),
          avg_logprob: spare(number),
          compression_ratio: spare(number),
        }),
      ),
    ),
  }),
)

const Piece = z.strictObject({
  /** Seconds from the beginning of the recording. */
  start: z.number(),
  end: z.number(),
  text: z.string(),
  /** By the provider's own figures there was rather silence than speech, or the model went round in circles. */
  isDoubtful: z.boolean(),
})
export type Piece = z.infer<typeof Piece>

/** The text of the answer, as JSON. */
export const Heard = z.strictObject({ language: z.string().optional(), pieces: z.array(Piece) })
export type Heard = z.infer<typeof Heard>

export const transcriptionWire: Wire = {
  path: '/audio/transcriptions',
  bodyOf: ({ messages, audio }, { name }) => {
    const before = messages
      .map(({ content }) => content)
      .join('\n')
      .slice(-promptLengthMax)
    return {
      file: audio?.file,
      model: name,
      response_format: 'verbose_json',
      // What is said is to be written down, and nothing be made up.
      temperature: 0,
      ...(before !== '' && { prompt: before }),
    }
  },
  headersOf: () => ({}),
  keyHeader: () => 'authorization',
  read: (state, data) => {
    const { text, language, duration, segments } = ReadAnswer.parse(JSON.parse(data))
    state.isWhole = true
    state.isOver = true
    state.finish = 'complete'
    if (duration !== undefined) state.usage.audioSeconds = Math.ceil(duration)
    const given = segments ?? (text.trim() === '' ? [] : [{ start: 0, end: duration ?? 0, text }])
    const pieces = given.map((segment) => ({
      start: segment.start,
      end: segment.end,
      text: segment.text.trim(),
      isDoubtful: isDoubtful(segment),
    }))
    return { text: JSON.stringify({ ...(language !== undefined && { language }), pieces } satisfies Heard) }
  },
}

type Figures = {
  readonly no_speech_prob?: number | undefined
  readonly avg_logprob?: number | undefined
  readonly compression_ratio?: number | undefined
}

/** Whisper's own thresholds (`transcribe.py` of openai/whisper), by which text that was made up on silence is told. */
const isDoubtful = ({
  no_speech_prob: silence = 0,
  avg_logprob: sureness = 0,
  compression_ratio: ratio = 0,
}: Figures): boolean => (silence > 0.6 && sureness < -1) || ratio > 2.4
