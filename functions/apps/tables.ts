// Every table of the suite, by name: one app looks after all of them, since they are in one account.
import { platformTables } from '../platform/platform-tables.ts'
import type { Table } from '../../shared/store/table.ts'
import { aiTables } from './ai-capabilities.ts'
import { codeTables } from './code-capabilities.ts'
import { hubTables } from './hub-capabilities.ts'

const ofCapabilities = await Promise.all([...aiTables, ...codeTables, ...hubTables].map((load) => load()))

export const tables: readonly Table[] = [...platformTables, ...ofCapabilities.flat()].sort((one, other) =>
  one.name < other.name ? -1 : 1,
)
