// What The One Code does by itself, and the retention of everything that the suite stores.
import { dataKeyTimer } from '../platform/data-key-timer.ts'
import { retentionTimer } from '../platform/retention-timer.ts'
import { backgroundApp } from './background-app.ts'
import { codeBackground } from './code-capabilities.ts'

export const theonecodeBackground = backgroundApp('theonecode-background', 'code', [
  ...codeBackground,
  [
    dataKeyTimer('code-data-key-timer'),
    retentionTimer('code-retention-timer', async () => (await import('./tables.ts')).tables),
  ],
])
