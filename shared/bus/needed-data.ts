// What one subscriber cannot do without, beyond what every reader of an event needs.
import { AppError } from '../errors.ts'
import { unknownValue } from '../schema/reading.ts'

/** Members of the data of an event, as somebody needs them who can do nothing without. */
export type Needed<Data, Name extends keyof Data> = {
  readonly [Member in Name]-?: Exclude<Data[Member], undefined | typeof unknownValue>
}

/**
 * To be called once it is certain that the event is for us. Throws `event-not-understood`, which parks the message, naming the first member
 * that is missing, cannot be read, or is a word that is not known here: ignored it would be lost, and nobody would hear of it.
 */
export const requireData = <Data extends object, const Name extends keyof Data & string>(
  { type, data }: { readonly type: string; readonly data: Data },
  names: readonly Name[],
): Needed<Data, Name> => {
  const path = names.find((name) => data[name] === undefined || data[name] === unknownValue)
  if (path === undefined) return data as unknown as Needed<Data, Name>
  const message = 'is missing, cannot be read, or is not known here'
  throw new AppError('event-not-understood', `The message cannot be handled: ${path} of ${type} ${message}.`, {
    details: { errors: [{ path, message }] },
  })
}
