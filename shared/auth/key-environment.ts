// Which environment the keys are of that this process makes.
import type { Config } from '../config/config.ts'

/** The tables of a laptop are reached by a connection string. */
export const environmentOf = (config: Config): 'local' | 'live' =>
  config.require('DATA_STORAGE').DATA_STORAGE.startsWith('https://') ? 'live' : 'local'
