// Times as people read them: `2026-11-30 08:00 UTC`.

const moment = /(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,9})?)?Z/g

/** Seconds are told where there are any, fractions never. For texts of our own: what somebody wrote stays as it is. */
export const withPlainTimes = (text: string): string =>
  text.replace(moment, (_, day: string, time: string, seconds = '00') =>
    seconds === '00' ? `${day} ${time} UTC` : `${day} ${time}:${seconds} UTC`,
  )

/** Whether a text is nothing but moments. */
export const isTimes = (text: string): boolean => text.replace(moment, '').replaceAll(/[\s,–-]/g, '') === ''
