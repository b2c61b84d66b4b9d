// The rules by which the Azure host refuses a function while it starts; on Azure the function is skipped and the rest runs.
import type { Binding } from './core-types.ts'
import type { RegisteredFunction } from './function-app.ts'
import type { HostedFunction } from './hosted-function.ts'

const namePattern = /^[a-z][a-z0-9_-]{0,127}$/i
const bindingNamePattern = /^[a-z][a-z0-9]{0,127}$/i
const returnBinding = '$return'

export const isTrigger = (binding: Binding): boolean => /trigger$/i.test(binding.type ?? '')

/** @throws an error that says which rule the name breaks */
export const checkName = (name: string): void => {
  if (!namePattern.test(name))
    throw new Error(
      `The name "${name}" is not allowed: a function name starts with a letter, holds letters, digits, "_" and "-" only, and has at most 128 characters.`,
    )
  if (name.toLowerCase() === 'host') throw new Error('The name "host" is reserved by the Azure Functions host.')
}

const checkBindingNames = (names: readonly string[]): void => {
  for (const name of names)
    if (name !== returnBinding && !bindingNamePattern.test(name))
      throw new Error(
        `The binding name "${name}" is not allowed: it starts with a letter, holds letters and digits only, and has at most 128 characters.`,
      )
  const seen = new Set<string>()
  for (const name of names.map((given) => given.toLowerCase())) {
    if (seen.has(name)) throw new Error(`Two bindings have the name "${name}".`)
    seen.add(name)
  }
}

/** @throws an error that says which rule the function breaks, whatever its trigger */
export const hostedFunction = ({ metadata, callback }: RegisteredFunction): HostedFunction => {
  checkName(metadata.name)
  checkBindingNames(Object.keys(metadata.bindings))
  const triggers = Object.entries(metadata.bindings).filter(([, binding]) => isTrigger(binding))
  const [first, second] = triggers
  if (!first) throw new Error('It has no trigger.')
  if (second) throw new Error(`It has ${triggers.length} triggers; a function has exactly one.`)
  const [bindingName, binding] = first
  return { name: metadata.name, metadata, callback, trigger: { bindingName, binding, type: binding.type ?? '' } }
}
