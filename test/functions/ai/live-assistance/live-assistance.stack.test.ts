import { describe, expect, inject, it } from 'vitest'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { transcriptLinesMax } from '../../../../shared/peers/voice/contract.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { identity, newClient, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { isOfModel, more, repliesOf, startAssisting, suggestion, talk } from './assisted-call.ts'

const stack = inject('stack')

describe('a technician on a call', () => {
  it('sees articles, replies quoted from them at once, and those of a model when it has them', async () => {
    const { says, open, models, deployment, tenantId, userId, store } = await startAssisting(stack)
    const text = suggestion('Let us remove the stored credentials and sign in again.', 'l-1', 'kb-1')
    await models.order(deployment, { usual: { text, firstByteMs: 700 } })
    const stream = open(await says(undefined, talk))
    const events = await stream.until(isOfModel)
    expect(events.map(({ event }) => event)).toEqual(['call', 'articles', 'replies', 'replies'])
    expect(events[1]).toMatchObject({
      data: {
        upToLine: 3,
        articles: [{ id: 'kb-outlook', excerpt: expect.stringContaining('password') as string }],
      },
    })
    expect(repliesOf(events[2])).toMatchObject({
      model: 'rules',
      label: expect.stringContaining('no model') as string,
      replies: expect.arrayContaining([expect.objectContaining({ articles: ['kb-outlook'] })]) as object[],
    })
    expect(repliesOf(events[3])).toMatchObject({
      upToLine: 3,
      promptVersion: '2',
      replies: [{ text: expect.stringContaining('credentials') as string, lines: [1], articles: ['kb-outlook'] }],
    })
    await stream.close()
    const ledger = await eventually(
      async () => (await store.open(aiCallTable).call.list({ tenantId }, { limit: 10 })).rows,
      (rows) => rows.length > 0,
      10_000,
    )
    expect(ledger[0]?.value).toMatchObject({ feature: 'reply-suggest', userId, outcome: 'done' })
  })

  it('sees nothing of what was suggested for earlier lines once there are newer ones, and the model is told to stop', async () => {
    const { says, open, models, deployment } = await startAssisting(stack)
    const stale = suggestion('This is about the password.', 'l-1')
    await models.order(deployment, {
      next: [{ text: stale, firstByteMs: 4_000 }],
      usual: { text: suggestion('Is the toner empty?', 'l-4') },
    })
    const id = await says(undefined, talk)
    const stream = open(id)
    await stream.until(({ event }) => event === 'replies')
    await eventually(
      () => models.calls(deployment),
      (calls) => calls.length === 1,
      10_000,
    )
    await says(id, [...talk, more])
    const events = await stream.until(isOfModel)
    expect(repliesOf(events.at(-1))).toMatchObject({
      upToLine: 4,
      replies: [{ text: 'Is the toner empty?', lines: [4] }],
    })
    expect(JSON.stringify(events)).not.toContain('about the password')
    const [superseded] = await models.endedCalls(deployment)
    expect(superseded?.outcome).toBe('aborted')
    await stream.close()
  })

  it('keeps what was quoted when the model has nothing to say', async () => {
    const { says, open, models, deployment } = await startAssisting(stack)
    await models.order(deployment, {
      next: [{ text: '{"replies":[]}' }],
      usual: { text: suggestion('Is the toner empty?', 'l-4') },
    })
    const id = await says(undefined, talk)
    const stream = open(id)
    await stream.until(({ event }) => event === 'replies')
    await eventually(
      () => models.endedCalls(deployment),
      (calls) => calls.length === 1,
      10_000,
    )
    await says(id, [...talk, more])
    const events = await stream.until(isOfModel)
    const told = events.filter(({ event }) => event === 'replies').map((event) => repliesOf(event))
    expect(told.at(-1)).toMatchObject({ upToLine: 4, replies: [{ text: 'Is the toner empty?' }] })
    for (const one of told) expect(one?.replies).not.toEqual([])
    await stream.close()
  })

  it('has articles and quotes in time while the model is slow or away, and learns of the latter', async () => {
    const { says, open, models, deployment } = await startAssisting(stack)
    await models.order(deployment, { usual: { fault: 'status', status: 401 } })
    const stream = open(await says(undefined, talk))
    const seen = new Set<string>()
    const events = await stream.until((event) => {
      seen.add(event.event === 'unavailable' ? event.data.of : event.event)
      return seen.has('model') && seen.has('replies')
    })
    expect(events.filter(({ event }) => event === 'replies')).toHaveLength(1)
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'unavailable', data: { upToLine: 3, of: 'model', code: 'model-unavailable' } }),
    )
    await stream.close()
  })

  it('has replies of the model while PSA does not answer', async () => {
    const { says, open, models, deployment, toPeer } = await startAssisting(stack)
    await models.order(deployment, { usual: { text: suggestion('Since when?', 'l-1') } })
    await toPeer('psa', 'faults', [{ operation: 'searchArticles', kind: 'hang' }])
    const stream = open(await says(undefined, talk))
    const events = await stream.until(isOfModel)
    expect(events.map(({ event }) => event)).toEqual(['call', 'replies'])
    await stream.until((event) => event.event === 'unavailable' && event.data.of === 'articles')
    await stream.close()
  })

  it('who lost the stream goes on where it was, and has nothing twice', async () => {
    const { says, open } = await startAssisting(stack, { isEmbedded: true })
    const id = await says(undefined, talk)
    const stream = open(id)
    const events = await stream.until(({ event }) => event === 'replies')
    await stream.close()
    const again = open(id, events.at(-1)?.id)
    expect((await again.until(() => true)).map(({ event }) => event)).toEqual(['call'])
    await says(id, [...talk, more])
    const after = await again.until(({ event }) => event === 'replies')
    expect(after.map(({ event }) => event)).toEqual(['articles', 'replies'])
    expect(after[0]).toMatchObject({
      data: {
        upToLine: 4,
        articles: expect.arrayContaining([expect.objectContaining({ id: 'kb-printer' })]) as object[],
      },
    })
    await again.close()
    const half = open(id, `4.1`)
    expect((await half.until(({ event }) => event === 'replies')).map(({ event }) => event)).toEqual([
      'call',
      'replies',
    ])
    await half.close()
  })

  it('is shown the lines by their numbers in the call, also when it began long ago', async () => {
    const { says, open } = await startAssisting(stack, { isEmbedded: true })
    const before = Array.from({ length: transcriptLinesMax }, () => ({ ...talk[0], text: 'Mm.' }))
    const stream = open(await says(undefined, [...before, ...talk]))
    const events = await stream.until(({ event }) => event === 'replies')
    expect(events[0]).toMatchObject({ event: 'call', data: { upToLine: transcriptLinesMax + 3 } })
    const replies = repliesOf(events.at(-1))?.replies ?? []
    expect(replies.length).toBeGreaterThan(0)
    for (const line of replies.flatMap(({ lines }) => lines))
      expect([1, 2, 3].map((number) => transcriptLinesMax + number)).toContain(line)
    await stream.close()
  })

  it('in an emergency is shown what to do in it, although nobody called it by that name, and nothing else to say', async () => {
    const { says, open, toPeer } = await startAssisting(stack, { isEmbedded: true })
    const attack = {
      title: 'Ransomware',
      text: 'Isolate the server in Defend first.',
      updatedAt: '2026-11-01T08:00:00Z',
    }
    const backup = { ...attack, title: 'Backup fails', text: 'The backup failed? Delete the oldest chain.' }
    await toPeer('psa', 'records/article/kb-attack', { clientId: null, record: attack })
    await toPeer('psa', 'records/article/kb-backup', { clientId: null, record: backup })
    const said = 'Everything is encrypted, there is a note that wants bitcoins, and the backup failed.'
    const stream = open(await says(undefined, [{ ...more, text: said }]))
    const events = await stream.until(({ event }) => event === 'replies')
    expect(events[1]).toMatchObject({ data: { articles: [{ id: 'kb-attack' }] } })
    expect(repliesOf(events.at(-1))?.replies.map(({ articles }) => articles)).toEqual([['kb-attack']])
    await stream.close()
  })

  it('is told once that Voice is away, however often it is looked for, and sees what is said after that', async () => {
    const { says, open, voice } = await startAssisting(stack, { isEmbedded: true })
    const id = await says(undefined, talk)
    const stream = open(id)
    await stream.until(({ event }) => event === 'replies')
    await voice.setFaults({ operation: 'readCall', kind: 'status', status: 503 })
    const readsOf = async () => (await voice.requests())['readCall'] ?? 0
    const before = await readsOf()
    await eventually(readsOf, (reads) => reads >= before + 3, 60_000)
    await voice.clearFaults()
    await says(id, [...talk, more])
    const events = await stream.until(({ event }) => event === 'replies')
    expect(events.map(({ event }) => event)).toEqual(['unavailable', 'articles', 'replies'])
    await stream.close()
  })

  it('is told when the call has ended, and when Voice does not show it any more', async () => {
    const { says, open, toPeer, userId } = await startAssisting(stack, { isEmbedded: true })
    const id = await says(undefined, talk)
    const [one, other] = [open(id), open(id)]
    await one.until(({ event }) => event === 'replies')
    await other.until(({ event }) => event === 'replies')
    await toPeer('voice', 'readers', { readers: [{ userId, role: 'viewer', clientIds: [] }] })
    expect((await one.until(({ event }) => event === 'ended')).at(-1)?.data).toEqual({ reason: 'not-allowed' })
    await other.close()
    await toPeer('voice', 'readers', { readers: [{ userId, role: 'member', clientIds: null }] })
    const third = open(id)
    await third.until(({ event }) => event === 'call')
    await says(id, talk, { state: 'ended', endedAt: '2026-11-26T09:10:00.000Z' })
    expect((await third.until(({ event }) => event === 'ended')).at(-1)?.data).toEqual({ reason: 'call-ended' })
  })

  it('does not send a secret that was spoken to a model, and searches for none', async () => {
    const { says, open, models, deployment, toPeer } = await startAssisting(stack)
    await models.order(deployment, { usual: { text: suggestion('Thank you.', 'l-1') } })
    const spoken = { seconds: 1, speaker: 'Luis Moreno', text: 'My key for the printer is AKIAIOSFODNN7EXAMPLE.' }
    const record = { title: 'Zebra', text: 'AKIAIOSFODNN7EXAMPLE', updatedAt: '2026-11-01T08:00:00Z' }
    await toPeer('psa', 'records/article/kb-zebra', { clientId: null, record })
    const stream = open(await says(undefined, [spoken]))
    const events = await stream.until(isOfModel)
    await stream.close()
    expect(JSON.stringify(events)).not.toContain('kb-zebra')
    expect(JSON.stringify(await models.calls(deployment))).not.toContain('AKIAIOSFODNN7EXAMPLE')
  })
})

describe('whoever may not follow the call', () => {
  it('of another organization, or of this one without being shown it, learns nothing of it', async () => {
    const [one, other] = [await startAssisting(stack), await startAssisting(stack)]
    const id = await one.says(undefined, talk)
    await expect(other.open(id).until(() => true)).rejects.toMatchObject({ code: 'not-found' })
    await expect(one.open(id, undefined, { userId: other.userId }).until(() => true)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('of an organization that opted out is told so, and nothing is read', async () => {
    const { says, open, setSettings, voice } = await startAssisting(stack)
    await setSettings({ aiOptOut: true })
    await expect(open(await says(undefined, talk)).until(() => true)).rejects.toMatchObject({ code: 'ai-opted-out' })
    expect((await voice.requests())['readCall']).toBeUndefined()
  })

  it('of an organization without a tier of AI is told so, and nothing is read', async () => {
    const { tenantId, says, open, voice } = await startAssisting(stack, { isEmbedded: true })
    await hubControl(stack.urls.hub, tenantId).putOrganization({ aiTier: null })
    await expect(open(await says(undefined, talk)).until(() => true)).rejects.toMatchObject({ code: 'ai-tier-missing' })
    expect((await voice.requests())['readCall']).toBeUndefined()
  })

  it('has only so many streams at once, and again as many when they are closed', async () => {
    const { says, open } = await startAssisting(stack, { isEmbedded: true })
    const id = await says(undefined, talk)
    const streams = [open(id), open(id), open(id)]
    for (const stream of streams) await stream.until(() => true)
    await expect(open(id).until(() => true)).rejects.toMatchObject({ code: 'too-many-requests' })
    for (const stream of streams) await stream.close()
    const next = open(id)
    await next.until(() => true)
    await next.close()
  })
})

describe('over HTTP', () => {
  it('a technician with a session reads the stream, or what there is now', async () => {
    const { who, says } = await startAssisting(stack)
    const id = await says(undefined, talk)
    const technician = await signIn(stack.urls, who)
    const now = await technician.fetch(`/api/ai/live-assistance?callId=${id}`)
    expect([now.status, await now.json()]).toMatchObject([
      200,
      {
        call: { callId: id, state: 'in_progress', upToLine: 3 },
        articles: { articles: [{ id: 'kb-outlook' }] },
        replies: { model: 'rules' },
      },
    ])
    await says(id, talk, { state: 'ended', endedAt: '2026-11-26T09:10:00.000Z' })
    const stream = await technician.fetch(`/api/ai/live-assistance?callId=${id}`, {
      headers: { accept: 'text/event-stream' },
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const text = await stream.text()
    expect(text).toContain('event: call\nid: 0.0\ndata: {"callId":')
    expect(text).toContain('event: ended\nid: 0.0\ndata: {"reason":"call-ended"}')
    const stranger = await signIn(stack.urls, identity({ tenantId: who.tenantId, role: 'member', product: 'ai' }))
    expect((await stranger.fetch(`/api/ai/live-assistance?callId=${id}`)).status).toBe(404)
  })

  it('Voice names the technician for whom it asks', async () => {
    const { tenantId, userId, store, says } = await startAssisting(stack)
    const id = await says(undefined, talk)
    const key = await createIntegrationKey(store, {
      environment: 'test',
      tenantId,
      integration: 'voice→ai',
      scopes: ['ai:features:voice'],
      now: new Date(),
    })
    const voice = newClient(stack.urls, { 'x-integration-key': key })
    expect((await voice.fetch(`/api/ai/live-assistance?callId=${id}`)).status).toBe(400)
    expect((await voice.fetch(`/api/ai/live-assistance?callId=${id}&userId=${userId}`)).status).toBe(200)
  })
})
