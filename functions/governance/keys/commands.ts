// Starts the rotation that somebody asked for.
import { command } from '../../../shared/triggers/command.ts'
import { rotationCommand } from './rotation-command.ts'

export const rotateKeyNow = command({
  name: 'ai-key-rotation-command',
  summary: 'Starts the rotation of a key that somebody asked for',
  command: rotationCommand,
  integration: 'suite→keys',
  operation: 'start rotation',
  needs: [],
  flows: true,
  handler: async ({ tenantId, data: { rotationId }, store, now, flows }) => {
    const { startRotation } = await import('./rotation-start.ts')
    return (await startRotation({ store, now, flows: await flows() }, { tenantId, rotationId }))
      ? 'completed'
      : 'ignored'
  },
})
