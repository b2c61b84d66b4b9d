// A subscriber whose handler does nothing: what is left is what every subscriber pays for each message.
import { start } from '../functions/apps/start.ts'
import { subscriber } from '../shared/triggers/subscriber.ts'
import { createDrain, drainedLine } from './drain.ts'

const count = createDrain(drainedLine.write)

start({
  name: 'bare-subscriber',
  definitions: [
    subscriber({
      name: 'bare-subscriber',
      summary: 'Does nothing',
      queue: 'subscriber',
      events: ['hub.iam.permission_changed'],
      integration: 'hub→sessions',
      operation: 'do nothing',
      handler: async () => {
        count()
        return 'completed'
      },
    }),
  ],
})
