import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import type { PeerAnswers, PeerCall } from '../../../shared/peer-client/peer-call.ts'
import { type PeerClient, createPeerClient } from '../../../shared/peer-client/peer-client.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type Change, changesOf, differencesOf, nameOf } from '../../support/outside-changes.ts'
import { walks } from './answer-walk.ts'
import type { Answer, PeerWalk } from './peer-walk.ts'
import { type PeerServer, json, startPeerServer } from '../../support/peer-server.ts'

let server: PeerServer
beforeAll(async () => {
  server = await startPeerServer()
})
afterAll(() => server.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

/** The operations and statuses that clients have declared. */
type Declared = { readonly operation: string; readonly statuses: readonly number[] }

const watched = (peer: string) => {
  const declared: Declared[] = []
  const client = createPeerClient({ peer, baseUrl: server.baseUrl, key: () => 'k' })
  const watching: PeerClient = {
    peer,
    call: <const Answers extends PeerAnswers>(call: PeerCall<Answers>) => {
      declared.push({ operation: call.operation, statuses: Object.keys(call.answers).map(Number) })
      return client.call(call)
    },
  }
  return { declared, client: watching }
}

type Outcome = { readonly returned: unknown } | { readonly thrown: unknown }

const outcomeOf = async (asked: Promise<unknown>): Promise<Outcome> =>
  asked.then(
    (returned) => ({ returned }),
    (thrown: unknown) => ({ thrown }),
  )

const walkOf = <Client extends object>({ peer, connect, answers }: PeerWalk<Client>) => {
  const each = Object.entries<readonly Answer<Client>[]>(answers).flatMap(([name, ofFunction]) =>
    ofFunction.map((answer) => ({ name, ...answer })),
  )
  const askedWith = async (answer: Answer<Client>, body: unknown) => {
    const { client, declared } = watched(peer)
    server.answerWith(json(answer.status, body))
    const outcome = await outcomeOf(answer.ask(connect(client)))
    return { outcome, operation: declared[0]?.operation }
  }
  const changed = (answer: Answer<Client>, kinds: readonly Change['kind'][]) =>
    changesOf(answer.contract, answer.body).filter(({ kind }) => kinds.includes(kind))
  const isNeeded = ({ needed }: Answer<Client>, { path }: Change) => needed.includes(nameOf(path))
  const asked = new Map<Answer<Client>, ReturnType<typeof askedWith>>()
  /** Of the body as it stands, which is asked for once. */
  const askedWithOwn = (answer: Answer<Client>): ReturnType<typeof askedWith> => {
    const known = asked.get(answer) ?? askedWith(answer, answer.body)
    asked.set(answer, known)
    return known
  }
  /** What the function returns otherwise than before, as the paths within the body. */
  const differences = async (answer: Answer<Client>, { kind, path, value }: Change) => {
    const before = await askedWithOwn(answer)
    const after = await askedWith(answer, value)
    const what = `${kind} ${nameOf(path)}`
    expect(before.outcome, what).toHaveProperty('returned')
    expect(after.outcome, what).toHaveProperty('returned')
    return differencesOf(before.outcome, after.outcome).map((difference) => ({ what, ...difference }))
  }
  /** Where what stands at the path of the body is returned, if it is. */
  const shownAt = ({ shows }: Answer<Client>, path: Change['path']) =>
    shows?.from.every((step, at) => path[at] === step)
      ? ['returned', ...shows.to, ...path.slice(shows.from.length)]
      : undefined

  describe(`what ${peer} answers`, () => {
    it('is walked for every function of its client', () => {
      expect(Object.keys(answers).sort()).toEqual(Object.keys(connect(watched(peer).client)).sort())
    })

    it.each(Object.entries<readonly Answer<Client>[]>(answers))(
      'is walked for every status of %s',
      async (_name, ofFunction) => {
        const { client, declared } = watched(peer)
        for (const answer of ofFunction) {
          server.answerWith(json(answer.status, answer.body))
          expect(await outcomeOf(answer.ask(connect(client)))).toHaveProperty('returned')
        }
        for (const { statuses } of declared)
          expect(statuses).toEqual(ofFunction.map(({ status }) => status).sort((one, other) => one - other))
      },
    )

    it.each(each)(
      'means the same to $name with a member more, and with words in capitals ($status)',
      async (answer) => {
        for (const change of changed(answer, ['added', 'shouted']))
          expect(await differences(answer, change)).toEqual([])
      },
    )

    it.each(each)('is unknown to $name where it has a new word ($status)', async (answer) => {
      for (const change of changed(answer, ['new-word'])) {
        const [found, ...others] = await differences(answer, change)
        const at = shownAt(answer, change.path)
        expect(others).toEqual([])
        if (!at) expect(found).toBeUndefined()
        // Of a list of words, the known ones are kept.
        else if (typeof at.at(-1) === 'number') {
          const [list, without] = [found?.before as unknown[], found?.after]
          expect(found).toMatchObject({ path: at.slice(0, -1) })
          expect(without).toEqual(list.filter((_, index) => index !== at.at(-1)))
        } else expect(found).toMatchObject({ path: at, after: 'unknown' })
      }
    })

    it.each(each)('means the same to $name without what it does not need ($status)', async (answer) => {
      for (const change of changed(answer, ['without', 'null']).filter((one) => !isNeeded(answer, one))) {
        const [found, ...others] = await differences(answer, change)
        const at = shownAt(answer, change.path)
        expect(others).toEqual([])
        if (!at) {
          expect(found).toBeUndefined()
          continue
        }
        // It is missed itself, or with the member around it that cannot be read without it, and is not needed either.
        const missed = found?.path ?? []
        expect(missed).toEqual(at.slice(0, missed.length))
        expect(found?.after ?? null).toBeNull()
        const path = change.path.slice(0, change.path.length - at.length + missed.length)
        expect(path).not.toHaveLength(0)
        expect(isNeeded(answer, { ...change, path })).toBe(false)
      }
    })

    it.each(each.filter(({ needed }) => needed.length > 0))(
      'is refused by $name without what it needs, by name ($status)',
      async (answer) => {
        const missed = changed(answer, ['without']).filter((change) => isNeeded(answer, change))
        expect(new Set(missed.map(({ path }) => nameOf(path)))).toEqual(new Set(answer.needed))
        for (const { path, value } of missed) {
          const { outcome, operation } = await askedWith(answer, value)
          const name = nameOf(path).replaceAll('[]', '[0]')
          expect(outcome, name).toMatchObject({
            thrown: { code: 'peer-invalid-response', details: { peer, operation, peerStatus: answer.status } },
          })
          const { message } = (outcome as { thrown: Error }).thrown
          expect(message).toContain(`The call "${operation}" to ${peer} failed`)
          expect(message).toContain(`did not match the contract at ${name}. `)
        }
      },
    )
  })
}

for (const walk of Object.values(walks)) walkOf(walk as unknown as PeerWalk<Record<string, unknown>>)
