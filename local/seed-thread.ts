// The program of the thread that seeds: what it loads goes with it when it ends, and the process that watches the stack stays small.
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { seed } from './seed.ts'

if (!parentPort)
  throw new Error('local/seed-thread.ts runs in a thread of "npm start" alone. Use seed() of local/seed.ts elsewhere.')
const [input] = (await once(parentPort, 'message')) as Parameters<typeof seed>
// A thread has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort.postMessage(await seed(input))
