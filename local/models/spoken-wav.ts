// Recordings for the stand-in of models: WAV files of a hum, whose comment says what is heard in them and when.

export type Spoken = {
  /** Seconds from the beginning of the file. */
  readonly start: number
  readonly end: number
  readonly text: string
  /** As Whisper has them: how likely it is that nobody speaks, and how sure the model is of the words. */
  readonly no_speech_prob?: number
  readonly avg_logprob?: number
}

/** Of telephones it would be 8,000: the hum is there to be played, not to be understood. */
const samplesPerSecond = 1_000

/** 8 bit, mono. */
export const spokenWav = (seconds: number, spoken: readonly Spoken[]): Buffer => {
  const samples = Buffer.alloc(Math.round(seconds * samplesPerSecond), 128)
  for (const { start, end } of spoken)
    for (let at = Math.round(start * samplesPerSecond); at < Math.min(samples.length, end * samplesPerSecond); at += 1)
      samples[at] = 128 + Math.round(40 * Math.sin((at * 2 * Math.PI * 220) / samplesPerSecond))
  const format = Buffer.alloc(16)
  format.writeUInt16LE(1, 0)
  format.writeUInt16LE(1, 2)
  format.writeUInt32LE(samplesPerSecond, 4)
  format.writeUInt32LE(samplesPerSecond, 8)
  format.writeUInt16LE(1, 12)
  format.writeUInt16LE(8, 14)
  const comment = chunk('ICMT', Buffer.from(`${JSON.stringify(spoken)}\0`))
  const list = chunk('LIST', Buffer.concat([Buffer.from('INFO'), comment]))
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), list, chunk('data', samples)]))
}

const chunk = (name: string, content: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.write(name, 0, 'ascii')
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
}

/** Undefined for what is no such file. */
export const heardIn = (file: Buffer): { readonly seconds: number; readonly spoken: readonly Spoken[] } | undefined => {
  if (file.subarray(0, 4).toString() !== 'RIFF' || file.subarray(8, 12).toString() !== 'WAVE') return undefined
  let seconds = 0
  let spoken: readonly Spoken[] = []
  for (let at = 12; at + 8 <= file.length;) {
    const size = file.readUInt32LE(at + 4)
    const content = file.subarray(at + 8, at + 8 + size)
    const name = file.subarray(at, at + 4).toString()
    if (name === 'data') seconds = size / samplesPerSecond
    if (name === 'LIST' && content.subarray(4, 8).toString() === 'ICMT')
      spoken = JSON.parse(content.subarray(12, 12 + content.readUInt32LE(8) - 1).toString('utf8')) as readonly Spoken[]
    at += 8 + size + (size % 2)
  }
  return { seconds, spoken }
}
