// What a test has ordered: the next answers of each deployment, and how it answers when none is ordered.
import { type Behaviour, plainBehaviour } from './behaviour.ts'

export const createScript = () => {
  const queues = new Map<string, Behaviour[]>()
  const usual = new Map<string, Behaviour>()
  return {
    /** The next one that was ordered, else the deployment's usual one, else that of all. */
    next: (deployment: string): Behaviour =>
      queues.get(deployment)?.shift() ?? usual.get(deployment) ?? usual.get('*') ?? plainBehaviour,
    order: (deployment: string, behaviours: readonly Behaviour[]): void => {
      queues.set(deployment, [...(queues.get(deployment) ?? []), ...behaviours])
    },
    /** @param deployment `*` for all that have none of their own */
    setUsual: (deployment: string, behaviour: Behaviour): void => void usual.set(deployment, behaviour),
    reset: (deployment?: string): void => {
      if (deployment === undefined) {
        queues.clear()
        usual.clear()
        return
      }
      queues.delete(deployment)
      usual.delete(deployment)
    },
  }
}
export type Script = ReturnType<typeof createScript>
