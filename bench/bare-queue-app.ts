// Floor: a function on a queue that does nothing. What it costs belongs to the local host and the SDK, not to this suite.
import { app } from '@azure/functions'
import { createDrain, drainedLine } from './drain.ts'

const count = createDrain(drainedLine.write)

app.serviceBusQueue('bare-queue', { queueName: 'bare-function', connection: 'SERVICE_BUS', handler: () => count() })
