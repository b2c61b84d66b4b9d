// Preloaded into the processes of a local stack that runs as of another time: node --import '<this file>?ms=-3600000' …
import { shiftClock } from './clock-shift.ts'

const shiftMs = Number(new URL(import.meta.url).searchParams.get('ms'))
if (!Number.isSafeInteger(shiftMs)) throw new Error(`${import.meta.url} does not say by how many milliseconds.`)
shiftClock(shiftMs)
