// Floor, a process: the SDK alone receives and completes: node bench/bare-receiver.ts <queue> <messages at once>, with the broker in SERVICE_BUS.
import { ServiceBusClient } from '@azure/service-bus'
import { serveAsChild } from '@theone/local-process/child-process'
import { createDrain, drainedLine } from './drain.ts'

await serveAsChild(async () => {
  const [queue = '', maxConcurrentCalls] = process.argv.slice(2)
  const client = new ServiceBusClient(process.env['SERVICE_BUS'] ?? '')
  const count = createDrain(drainedLine.write)
  const subscription = client.createReceiver(queue).subscribe(
    {
      processMessage: async () => count(),
      processError: async ({ error }) => console.error(error),
    },
    { maxConcurrentCalls: Number(maxConcurrentCalls) },
  )
  return {
    urls: {},
    close: async () => {
      await subscription.close()
      await client.close()
    },
  }
})
