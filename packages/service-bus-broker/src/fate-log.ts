// One line for whatever happens to a message other than being sent, received and completed.
import { parseMessage } from './message.ts'

export type Fate =
  | 'dead-lettered'
  | 'expired'
  | 'dropped as duplicate'
  | 'dropped: no subscription takes it'
  | 'refused: too large'
  | 'lock expired'
  | 'scheduled message cancelled'
  | 'kept, but its entity is gone'

type Field = string | number | boolean | undefined

/** @param content of the message, for its id */
export type FateLog = (
  fate: Fate,
  entity: string,
  content: Buffer | undefined,
  fields?: Readonly<Record<string, unknown>>,
) => void

export const silentFateLog: FateLog = () => {}

/** Writes `2026-01-01T00:00:00.000Z psa: dead-lettered messageId="4711" sequenceNumber=12 reason="…"`. Never the body. */
export const createFateLog =
  (write: (line: string) => void, now: () => number): FateLog =>
  (fate, entity, content, fields = {}) => {
    const all = { ...(content && { messageId: parseMessage(content).system.messageId }), ...fields } as Record<
      string,
      Field
    >
    const pairs = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${JSON.stringify(value)}`],
    )
    write([new Date(now()).toISOString(), `${entity}:`, fate, ...pairs].join(' '))
  }
