// The app that does a product's work in the background.
import type { PublicProduct } from '../../shared/http/public-product.ts'
import type { Definition } from '../../shared/triggers/register.ts'
import type { Definitions } from '../platform/capability.ts'
import { deadLetterTimer } from '../platform/dead-letter-timer.ts'
import { type FunctionApp, completed } from './function-app.ts'

/** Nobody calls it but for its health, below `<product>/background`. What its queues give up is parked. */
export const backgroundApp = (name: string, product: PublicProduct, parts: readonly Definitions[]): FunctionApp => {
  const definitions = parts.flat()
  return { name, definitions: completed(`${product}/background`, [...definitions, ...forQueues(product, definitions)]) }
}

const forQueues = (product: PublicProduct, definitions: readonly Definition[]): readonly Definition[] => {
  const receivers = definitions.filter(
    (definition) => definition.kind === 'subscriber' || definition.kind === 'command',
  )
  return receivers.length === 0 ? [] : [deadLetterTimer(`${product}-dead-letter-timer`, receivers)]
}
