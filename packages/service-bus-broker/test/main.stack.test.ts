import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Child, startChild } from '@theone/local-process/child-process'
import { connect, receiveOne } from './bus.ts'
import { temporaryFolder } from './temporary-folder.ts'

const entitiesFile = join(import.meta.dirname, 'entities.json')

const start = (args: readonly string[], lines: string[] = []): Promise<Child> =>
  startChild({
    name: 'Service Bus',
    file: join(import.meta.dirname, '../src/main.ts'),
    args,
    onLine: (line) => lines.push(line),
  })

const connectionStringOf = (broker: Child): string =>
  `Endpoint=${(broker.urls['serviceBus'] ?? '').replace('amqp:', 'sb:')};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`

describe('the process of the Service Bus', () => {
  it('says where it is, keeps its messages in its folder, and logs what becomes of them', async () => {
    const folder = temporaryFolder()
    const lines: string[] = []
    const args = ['--port', '0', '--data', folder, '--entities', entitiesFile]
    const first = await start(args, lines)
    expect(first.urls['serviceBus']).toMatch(/^amqp:\/\/127\.0\.0\.1:\d+$/)
    const client = connect(connectionStringOf(first))
    const sender = client.createSender('one-bus')
    await sender.sendMessages({ body: 'kept', messageId: 'm-1' })
    await sender.sendMessages({ body: 'twice', messageId: 'm-1' })
    await client.close()
    await first.stop()
    expect(lines.join('\n')).toMatch(/one-bus: dropped as duplicate messageId="m-1"/)

    const quietLines: string[] = []
    const second = await start([...args, '--quiet'], quietLines)
    const other = connect(connectionStringOf(second))
    expect(await receiveOne(other.createReceiver('audit'))).toMatchObject({ body: 'kept' })
    await other.createSender('one-bus').sendMessages({ body: 'thrice', messageId: 'm-1' })
    await other.close()
    await second.stop()
    expect(quietLines).toEqual([])
  })

  it('names the setting to change when its port is taken', async () => {
    const first = await start(['--port', '0', '--memory', '--entities', entitiesFile])
    const port = new URL(first.urls['serviceBus'] ?? '').port
    await expect(start(['--port', port, '--memory', '--entities', entitiesFile])).rejects.toThrow(
      `Port ${port} is already in use. Stop the program that uses it, or set LOCAL_SERVICE_BUS_PORT to another port.`,
    )
    await first.stop()
  })

  it('does not start with entities that cannot be', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'entities.json')
    writeFileSync(file, JSON.stringify({ queues: [{ name: 'q', properties: { forwardTo: 'q' } }] }))
    await expect(start(['--port', '0', '--memory', '--entities', file])).rejects.toThrow(
      'forwarding goes in a circle: q -> q',
    )
    await expect(start(['--port', '0', '--memory'])).rejects.toThrow('needs --entities <file>')
    await expect(start(['--port', 'x', '--memory', '--entities', file])).rejects.toThrow('"x" is not a port')
  })
})
