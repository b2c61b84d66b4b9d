// Times of the day with their half and their zone: 10:00 in UTC is neither 10:00 PM nor 10:00 in Vienna.

const zone = '(?:UTC|GMT|WES?T|CES?T|EES?T|MSK|[ECMP][SD]T|BST|IST|JST|AE[SD]T|NZ[SD]T)'

export const clockShape = new RegExp(
  String.raw`(?<![\w.:])(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\b)?|\d{1,2} ?[AaPp]\.?[Mm]\b)(?: \(?(?:in )?${zone})?(?!\w)`,
  'g',
)

export type ClockTime = {
  /** What a text with this time says. */
  readonly told: readonly string[]
  /** Any of which a text must say that has this time. */
  readonly asked: readonly string[]
}

export const clockTime = (written: string): ClockTime => {
  const [, hour = '', rest = ':00', half] = /^(\d{1,2})((?::\d{2}){1,2})?(?: ?([AaPp])\.?[Mm])?/.exec(written) ?? []
  const named = /[A-Z]{3,4}$/.exec(written.replace(/[AaPp]\.?[Mm]$/, ''))?.[0]
  const time = `${String(hoursOf(Number(hour), half)).padStart(2, '0')}${rest}`
  // As it is on the dial. A text that says no more may mean either half of the day.
  const dial = written.includes(':') ? `${hour.padStart(2, '0')}${rest}` : hour
  return {
    told: [time, `${time} ${zoneOf(named)}`, ...(half === undefined ? [] : [dial])],
    asked: [
      ...(named === undefined ? [time] : [`${time} ${zoneOf(named)}`, `${time} *`, `${time} ?`]),
      ...(half === undefined ? [] : [`${dial} *`]),
    ],
  }
}

const hoursOf = (hour: number, half: string | undefined): number =>
  half === undefined ? hour : (hour % 12) + (/p/i.test(half) ? 12 : 0)

/** What a moment (`2026-11-01T10:00:00Z`) says of its day and time. An offset may be that of any zone. */
export const partsOfMoment = (moment: string): readonly string[] => {
  const [, day = '', time = '', minutes = '', offset] =
    /^(\d{4}-\d{2}-\d{2})t((\d{2}:\d{2})(?::\d{2})?)(?:\.\d+)?(z|[+-]\d{2}:?\d{2})?$/.exec(moment.toLowerCase()) ?? []
  return [day, ...[time, minutes].flatMap((one) => [one, `${one} ${offset === 'z' ? 'UTC' : '?'}`])]
}

const zoneOf = (named: string | undefined): string => (named === 'GMT' ? 'UTC' : (named ?? '*'))
