// The process that holds the local stack's data: it keeps what it was given, and says clearly why it cannot start.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { TableClient } from '@azure/data-tables'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startChild } from '@theone/local-process/child-process'
import { startAzurite } from '../../support/azurite.ts'

const file = path.join(import.meta.dirname, '../../../local/azurite/main.ts')

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'azurite-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const notes = (connectionString: string): TableClient =>
  TableClient.fromConnectionString(connectionString, 'notes', { allowInsecureConnection: true })

describe('the Azurite process', () => {
  it('makes its folder, and keeps what was written just before it is asked to close', async () => {
    const dataFolder = path.join(folder, 'not', 'there', 'yet')
    const first = await startAzurite({ dataFolder })
    await notes(first.connectionString).createTable()
    await notes(first.connectionString).createEntity({ partitionKey: 'p', rowKey: 'r', text: 'kept' })
    await first.stop()
    const second = await startAzurite({ dataFolder })
    try {
      await expect(notes(second.connectionString).getEntity('p', 'r')).resolves.toMatchObject({ text: 'kept' })
    } finally {
      await second.stop()
    }
  })

  it('serves blobs, queues and tables on loopback', async () => {
    const azurite = await startAzurite()
    try {
      expect(Object.keys(azurite.child.urls).sort()).toEqual(['blobs', 'queues', 'tables'])
      for (const url of Object.values(azurite.child.urls)) {
        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
        expect((await fetch(url)).headers.get('server')).toMatch(/^Azurite-(Blob|Queue|Table)/)
      }
    } finally {
      await azurite.stop()
    }
  })

  it('names the port that is taken and the setting that changes it', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const args = ['--memory', '--blob-port=0', '--queue-port=0', `--table-port=${port}`]
    try {
      await expect(startChild({ name: 'azurite', file, args })).rejects.toThrow(
        `Port ${port} is already in use. Stop the program that uses it, or set LOCAL_TABLE_PORT`,
      )
    } finally {
      await new Promise((resolve) => taken.close(resolve))
    }
  })

  it('refuses a port that is none', async () => {
    const args = ['--memory', '--blob-port=http']
    await expect(startChild({ name: 'azurite', file, args })).rejects.toThrow('--blob-port (LOCAL_BLOB_PORT) is "http"')
  })
})
