// Input and output bindings beside the trigger: who reads and writes them, and which functions ask for one that nobody knows.
import type { Binding, InvocationResponse, RpcTypedData } from './core-types.ts'
import { isTrigger } from './function-rules.ts'
import type { HostedFunction } from './hosted-function.ts'

/** Gives a function the data of an input binding, for each invocation anew. */
export type InputBinding = {
  readonly type: string
  readonly read: (binding: Binding, fn: HostedFunction) => Promise<RpcTypedData>
}

/** Takes what a function set for an output binding, or returned for it. A failure fails the invocation. */
export type OutputBinding = {
  readonly type: string
  readonly write: (binding: Binding, data: RpcTypedData, fn: HostedFunction) => Promise<void>
}

export type Bindings = {
  readonly add: (kinds: {
    readonly inputs?: readonly InputBinding[]
    readonly outputs?: readonly OutputBinding[]
  }) => void
  /** @throws an error that names the first binding that this host cannot serve */
  readonly check: (fn: HostedFunction) => void
  readonly readInputs: (fn: HostedFunction) => Promise<Readonly<Record<string, RpcTypedData>>>
  readonly writeOutputs: (fn: HostedFunction, response: InvocationResponse) => Promise<void>
}

const returnBinding = '$return'

/** The answer of an HTTP function; its trigger writes it. */
const isHttpAnswer = ({ type }: Binding): boolean => type?.toLowerCase() === 'http'

type NamedBinding = readonly [name: string, binding: Binding]

const others = new WeakMap<HostedFunction, readonly NamedBinding[]>()

const othersOf = (fn: HostedFunction): readonly NamedBinding[] => {
  const known =
    others.get(fn) ??
    Object.entries(fn.metadata.bindings).filter(([, binding]) => !isTrigger(binding) && !isHttpAnswer(binding))
  others.set(fn, known)
  return known
}

const find = <T extends { readonly type: string }>(kinds: readonly T[], { type }: Binding): T | undefined =>
  kinds.find((kind) => kind.type.toLowerCase() === type?.toLowerCase())

export const createBindings = (): Bindings => {
  const inputs: InputBinding[] = []
  const outputs: OutputBinding[] = []
  const isKnown = (binding: Binding): boolean => {
    const kinds: ReadonlyArray<{ readonly type: string }> = binding.direction === 'in' ? inputs : outputs
    return find(kinds, binding) !== undefined
  }
  return {
    add: (kinds) => {
      inputs.push(...(kinds.inputs ?? []))
      outputs.push(...(kinds.outputs ?? []))
    },
    check: (fn) => {
      const unknown = othersOf(fn).find(([, binding]) => !isKnown(binding))
      if (!unknown) return
      const [name, { type, direction }] = unknown
      throw new Error(
        `Its ${direction === 'in' ? 'input' : 'output'} binding "${name}" has the type "${type}", which this host does not know.`,
      )
    },
    readInputs: async (fn) => {
      const read = othersOf(fn).flatMap(([name, binding]) => {
        const kind = binding.direction === 'in' ? find(inputs, binding) : undefined
        return kind ? [kind.read(binding, fn).then((data) => [name, data] as const)] : []
      })
      return Object.fromEntries(await Promise.all(read))
    },
    writeOutputs: async (fn, { outputData = [], returnValue }) => {
      const set = [...outputData, ...(returnValue ? [{ name: returnBinding, data: returnValue }] : [])]
      for (const { name, data } of set) {
        const binding = fn.metadata.bindings[name]
        const kind = binding && !isHttpAnswer(binding) ? find(outputs, binding) : undefined
        if (binding && kind) await kind.write(binding, data, fn)
      }
    },
  }
}
