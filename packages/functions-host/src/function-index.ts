// Hands each function to the listener of its trigger kind, and keeps why the others do not run.
import type { FunctionEntry } from './admin-api.ts'
import type { Bindings } from './bindings.ts'
import type { RegisteredFunction } from './function-app.ts'
import { hostedFunction } from './function-rules.ts'
import { compareNames } from './route-table.ts'
import { isDisabled } from './settings.ts'
import type { HostServices, TriggerKind, TriggerListener } from './trigger-kind.ts'
import type { HostedFunction } from './hosted-function.ts'

export type FunctionIndex = {
  /** Functions with a usable name, sorted by name: those that run, are disabled, or were refused by their trigger. */
  readonly entries: readonly FunctionEntry[]
  readonly running: ReadonlyArray<{ readonly fn: HostedFunction; readonly listener: TriggerListener }>
  readonly errors: ReadonlyMap<string, readonly string[]>
  readonly listeners: readonly TriggerListener[]
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const indexFunctions = (
  registered: readonly RegisteredFunction[],
  kinds: readonly TriggerKind[],
  services: HostServices,
  bindings: Bindings,
): FunctionIndex => {
  const opened = kinds.map((kind) => ({ types: [kind.type].flat(), listener: kind.open(services) }))
  for (const { listener } of opened) bindings.add(listener)
  const errors = new Map<string, string[]>()
  const entries: FunctionEntry[] = []
  const running: Array<{ fn: HostedFunction; listener: TriggerListener }> = []

  const listenerOf = (fn: HostedFunction): TriggerListener => {
    const wanted = fn.trigger.type.toLowerCase()
    const found = opened.find(({ types }) => types.some((type) => type.toLowerCase() === wanted))
    if (found) return found.listener
    const known = opened.flatMap(({ types }) => types).join(', ')
    throw new Error(`The trigger type "${fn.trigger.type}" is not one that this host runs (${known}).`)
  }

  const take = (fn: HostedFunction): FunctionEntry => {
    if (isDisabled(fn.name, services.settings)) return { fn, isDisabled: true }
    try {
      const listener = listenerOf(fn)
      bindings.check(fn)
      listener.add(fn)
      running.push({ fn, listener })
      const path = listener.pathOf?.(fn)
      return {
        fn,
        isDisabled: false,
        ...(path !== undefined && { path }),
        runByHand: (input) => listener.runByHand(fn, input),
      }
    } catch (error) {
      errors.set(fn.name, [textOf(error)])
      return { fn, isDisabled: false }
    }
  }

  for (const given of registered.toSorted((a, b) => compareNames(a.metadata.name, b.metadata.name))) {
    const { name } = given.metadata
    try {
      const fn = hostedFunction(given)
      if (compareNames(entries.at(-1)?.fn.name ?? '', name) === 0)
        throw new Error(`The function name "${name}" is already in use: names that differ in case only are the same.`)
      entries.push(take(fn))
    } catch (error) {
      errors.set(name, [textOf(error)])
    }
  }
  return { entries, running, errors, listeners: opened.map(({ listener }) => listener) }
}
