// The programs of the packages, as paths of files to start.
import { createRequire } from 'node:module'

// Not import.meta.resolve, which what sets up the tests does not have.
const { resolve } = createRequire(import.meta.url)

export const hostProgram = resolve('@theone/functions-host/main')
export const brokerProgram = resolve('@theone/service-bus-broker/main')
