// Which instances live in this process: found, started and purged, one thing at a time for each id.
import { createRunningWork, type RunningWork } from '../running-work.ts'
import { type InstanceHead, type InstanceState, isFinal, type Message } from './instance.ts'
import { createLiveInstance, type LiveInstance, type LiveOptions } from './live-instance.ts'
import { isStorageStatus, type TaskHub } from './task-hub.ts'
import { newInstance, type Start } from './turn-change.ts'

export class InstanceExistsError extends Error {
  override readonly name = 'InstanceExistsError'
}

export type Instances = {
  /** An instance that is not over. */
  readonly find: (instanceId: string) => Promise<LiveInstance | undefined>
  /** Also one that is over. */
  readonly read: (instanceId: string) => Promise<InstanceHead | undefined>
  /**
   * Takes the place of one with the same id that is over.
   * @param meets says of one that is there whether it is the one that was meant, so that none is started
   * @throws InstanceExistsError when one with this id is not over
   */
  readonly create: (start: Start, meets?: (existing: InstanceHead) => boolean) => Promise<void>
  /** Stores what is sent to an instance. */
  readonly send: (
    instanceId: string,
    message: Pick<Message, 'event' | 'executionId'>,
  ) => Promise<'accepted' | 'over' | 'missing'>
  readonly purge: (instanceId: string) => Promise<'purged' | 'running' | 'missing'>
  readonly stop: () => void
  readonly work: RunningWork
}

/** Runs what is about the same id one after the other. */
const createExclusion = () => {
  const last = new Map<string, Promise<unknown>>()
  return <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const done = (last.get(id) ?? Promise.resolve()).then(work, work)
    last.set(id, done)
    const forget = (): void => {
      if (last.get(id) === done) last.delete(id)
    }
    done.then(forget, forget)
    return done
  }
}

type Registry = {
  readonly hub: TaskHub
  readonly lives: Map<string, LiveInstance>
  readonly options: LiveOptions
}

const live = ({ lives, options, hub }: Registry, loaded: Parameters<typeof createLiveInstance>[0]): LiveInstance => {
  const { instanceId, lifeId } = loaded.state
  const created = createLiveInstance(loaded, {
    ...options,
    hub,
    onEnd: (state) => {
      if (lives.get(instanceId)?.state().lifeId === lifeId) lives.delete(instanceId)
      options.onEnd(state)
    },
  })
  lives.set(instanceId, created)
  return created
}

const load = async (registry: Registry, instanceId: string): Promise<LiveInstance | undefined> => {
  const { hub } = registry
  const head = await hub.read(instanceId)
  if (!head || isFinal(head.status)) return undefined
  const loaded = await hub.load(instanceId)
  if (!loaded) return undefined
  // Nobody writes into this partition yet, so what nothing names now is rubbish for certain.
  await hub.discard(instanceId, loaded.rubbish)
  const found = live(registry, loaded)
  found.resume()
  return found
}

/** undefined when there is one with this id. */
const insert = async (hub: TaskHub, start: Start, replaces?: string): Promise<InstanceState | undefined> => {
  const { head, pending } = newInstance(start)
  try {
    return await hub.create(head, pending, replaces)
  } catch (error) {
    if (!isStorageStatus(error, 409, 412)) throw error
    // The SDK tries again when an answer is lost: it may be our own row that is in the way.
    const loaded = await hub.load(head.instanceId)
    return loaded?.state.lifeId === head.lifeId ? loaded.state : undefined
  }
}

const exists = ({ status }: InstanceHead): Error =>
  new InstanceExistsError(`An Orchestration instance with the status ${status} already exists.`)

const create = async (registry: Registry, start: Start, meets: (existing: InstanceHead) => boolean): Promise<void> => {
  const { hub, lives } = registry
  const { instanceId } = start
  const begin = (state: InstanceState): void =>
    live(registry, { state, messages: [], nextMessage: 0, rubbish: [] }).resume()
  const known = lives.get(instanceId)?.state()
  const first = known ? undefined : await insert(hub, start)
  if (first) return begin(first)
  const existing = known ?? (await hub.read(instanceId))
  if (existing && meets(existing)) return
  if (existing && !isFinal(existing.status)) throw exists(existing)
  const second = await insert(hub, start, existing?.etag)
  if (!second) throw new Error(`The instance ${instanceId} was changed by another host.`)
  // What the one before has left. Nobody writes into this partition yet.
  await hub.discard(instanceId, (await hub.load(instanceId))?.rubbish ?? [])
  begin(second)
}

export const createInstances = (hub: TaskHub, options: Omit<LiveOptions, 'hub' | 'track'>): Instances => {
  const lives = new Map<string, LiveInstance>()
  const exclusive = createExclusion()
  const work = createRunningWork()
  const registry: Registry = { hub, lives, options: { ...options, hub, track: work.track } }
  const find: Instances['find'] = async (instanceId) =>
    lives.get(instanceId) ??
    exclusive(instanceId, async () => lives.get(instanceId) ?? (await load(registry, instanceId)))
  return {
    find,
    read: async (instanceId) => lives.get(instanceId)?.state() ?? hub.read(instanceId),
    create: (start, meets = () => false) => exclusive(start.instanceId, () => create(registry, start, meets)),
    send: async (instanceId, message) => {
      const found = await find(instanceId)
      if (!found) return (await hub.read(instanceId)) ? 'over' : 'missing'
      await found.post(message)
      return 'accepted'
    },
    purge: (instanceId) =>
      exclusive(instanceId, async () => {
        if (lives.has(instanceId)) return 'running'
        const head = await hub.read(instanceId)
        if (!head) return 'missing'
        if (!isFinal(head.status)) return 'running'
        await hub.purge(instanceId)
        return 'purged'
      }),
    stop: () => {
      for (const instance of lives.values()) instance.stop()
    },
    work,
  }
}
