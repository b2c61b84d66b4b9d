// The package as it is published, used from plain JavaScript.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, installPacked, nodeProgram } from '../../../test/support/packed-package.ts'
import { type Reply, json, startPeerServer } from '../../../test/support/peer-server.ts'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

let installation: Installation
beforeAll(async () => {
  installation = await installPacked(['ai-gateway'], ['@types/node'])
}, 90_000)
afterAll(() => installation?.remove())

describe('the packed client', () => {
  it.each(['node', 'node22'])('asks a feature from plain JavaScript on %s', async (node) => {
    const answer = { answer: 'It is in good order.', model: 'embedded' }
    const frames = `event: text\ndata: {"text":"It is"}\n\nevent: done\ndata: ${JSON.stringify(answer)}\n\n`
    const streamed: Reply = (response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(frames)
    const server = await startPeerServer(streamed, json(200, answer))
    const program = installation.write(
      `${node}.js`,
      `import { sharedGateway } from '@theone/ai-gateway/gateway'
import { GatewayError } from '@theone/ai-gateway/gateway-error'
const gateway = sharedGateway({ AI_GATEWAY_URL: '${server.baseUrl}/api', AI_GATEWAY_KEY: 'tik_test_key' })
const input = { repository: { name: 'a' }, sources: [{ id: 'a', text: 'b' }] }
for await (const event of gateway.stream('code-review-narrative', input)) console.log(event.kind)
console.log((await gateway.ask('code-review-narrative', input)).answer, new GatewayError('timeout', 'x').failure)
`,
    )
    const { stdout } = await promisify(execFile)(nodeProgram(node), [program])
    expect(stdout).toBe('text\ndone\nIt is in good order. timeout\n')
    await server.close()
  })

  it('brings the types of each feature', async () => {
    const file = installation.write(
      'typed.ts',
      `import { type Gateway, createGateway } from '@theone/ai-gateway/gateway'
const gateway: Gateway = createGateway({ url: 'https://ai.example/api', key: 'k' })
const sources = [{ id: 'a', text: 'b' }]
const { answer } = await gateway.ask('code-debt-analysis', { repository: { name: 'a' }, sources })
export const first: string | undefined = answer.items[0]?.title
// @ts-expect-error: a feature that there is not
export const unknown = gateway.ask('code-poetry', { repository: { name: 'a' }, sources })
// @ts-expect-error: documentation is of a kind
export const untold = gateway.ask('code-documentation', { repository: { name: 'a' }, sources })
`,
    )
    expect(await installation.typeErrors(file)).toBe('')
  })
})
