import { ServerResponse, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Fault, answerThroughFault } from '../../../../local/stand-ins/faults.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'

const stored: Answer = { status: 202 }
const response = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()))

describe('a fault of a stand-in that takes a while to carry a request out', () => {
  it.each<[Fault | undefined, number | undefined]>([
    [undefined, 202],
    [{ kind: 'latency', ms: 0 }, 202],
    [{ kind: 'commit-then-status', status: 502 }, 502],
    [{ kind: 'commit-then-hang' }, undefined],
  ])('%o ends after the request has been carried out', async (fault, status) => {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const seen: string[] = []
    const started = Promise.withResolvers<void>()
    const answering = answerThroughFault(fault, response(), () => {
      started.resolve()
      return promise
    }).finally(() => seen.push('ended'))
    await started.promise
    await nextTurn()
    seen.push('carried out')
    resolve(stored)
    expect((await answering)?.status).toBe(status)
    expect(seen).toEqual(['carried out', 'ended'])
  })

  it.each<Fault | undefined>([undefined, { kind: 'commit-then-status' }, { kind: 'commit-then-hang' }])(
    '%o lets through that it could not be carried out',
    async (fault) => {
      const answering = answerThroughFault(fault, response(), () => Promise.reject(new Error('broken')))
      await expect(answering).rejects.toThrow('broken')
    },
  )
})
