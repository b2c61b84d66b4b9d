// A function that the host runs.
import type { Binding, FunctionCallback, FunctionMetadata } from './core-types.ts'

export type HostedFunction = {
  readonly name: string
  readonly metadata: FunctionMetadata
  readonly callback: FunctionCallback
  readonly trigger: { readonly bindingName: string; readonly binding: Binding; readonly type: string }
}
