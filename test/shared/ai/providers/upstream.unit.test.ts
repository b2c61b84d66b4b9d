// Where a call of a model goes, and with which credential: to the endpoint of the settings, and nowhere else.
import { afterEach, describe, expect, it } from 'vitest'
import { anthropicWire } from '../../../../shared/ai/providers/anthropic-wire.ts'
import { deploymentsFor } from '../../../../shared/ai/providers/deployment.ts'
import { openAiWire } from '../../../../shared/ai/providers/openai-wire.ts'
import { send } from '../../../../shared/ai/providers/upstream.ts'
import { modelSettings } from '../../../../shared/config/model-settings.ts'
import { type PeerServer, type Reply, json, startPeerServer } from '../../../support/peer-server.ts'
import { callOf } from './model-stage.ts'

const open: PeerServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})
const serverThat = async (reply: Reply): Promise<PeerServer> => {
  const server = await startPeerServer(reply)
  open.push(server)
  return server
}

describe.each([
  ['the dated API of Azure', { wire: 'openai-chat', apiVersion: '2024-10-21' }, 'api-key', ''],
  ['the wire of OpenAI', { wire: 'openai-chat' }, 'authorization', 'Bearer '],
  ['the wire of Claude', { wire: 'anthropic-messages' }, 'x-api-key', ''],
] as const)('a call over %s', (_, settings, header, before) => {
  const ask = (endpoint: string, key: string) => {
    const providers = { p: { ...settings, endpoint, auth: 'key' } }
    const [deployment] = deploymentsFor(
      modelSettings.parse(JSON.stringify({ providers, classes: { fast: ['p/d'] } })),
      'fast',
      undefined,
    )
    if (!deployment) throw new Error('There is no deployment.')
    const wire = settings.wire === 'openai-chat' ? openAiWire : anthropicWire
    const { call } = callOf()
    return send({ wire, deployment, call, credential: { kind: 'key', key }, signal: call.signal })
  }

  it('is not sent on to where a redirect leads, neither the question nor the key', async () => {
    const elsewhere = await serverThat(json(200, {}))
    const endpoint = await serverThat((response) => {
      response.writeHead(307, { location: `${elsewhere.baseUrl}/v1/chat/completions` }).end()
    })
    await expect(ask(endpoint.baseUrl, 'key-1')).rejects.toMatchObject({ code: 'model-refused' })
    expect([endpoint.requests.length, elsewhere.requests]).toEqual([1, []])
  })

  it('is sent with the key of now, whatever was sent before', async () => {
    const endpoint = await serverThat(json(200, {}))
    for (const key of ['key-1', 'key-2']) await (await ask(endpoint.baseUrl, key)).cancel()
    expect(endpoint.requests.map(({ headers }) => headers[header])).toEqual([`${before}key-1`, `${before}key-2`])
  })
})
