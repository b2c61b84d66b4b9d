// How many tokens a text has at most, without a tokenizer in the way of each call.

/**
 * The tokens that byte-level tokenizers make of real text are fewer than its UTF-8 bytes by 1.1 at least: telemetry and base64 come closest. Tag
 * characters, which come to more, are taken out before a prompt is sent.
 */
const bytesPerToken = 1.1
/** What the wire puts around a message: role and separators. */
const perMessage = 16

/** What a second of a recording counts for, so that one budget holds for text and for speech: what models that listen make of it. */
const tokensPerAudioSecond = 10

export const audioTokensOf = (seconds: number): number => Math.ceil(seconds) * tokensPerAudioSecond

/** @param messages the texts of a prompt, one for each message */
export const promptBoundOf = (messages: readonly string[]): number =>
  messages.reduce((sum, text) => sum + perMessage + Math.ceil(Buffer.byteLength(text) / bytesPerToken), 0)
