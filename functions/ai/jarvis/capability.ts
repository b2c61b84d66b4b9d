// Jarvis: conversations about the records of the products.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { jarvisEndpoints } from './endpoints.ts'

export const api: Definitions = jarvisEndpoints

export const tables: Tables = async () => [(await import('./conversation-table.ts')).conversationTable]
