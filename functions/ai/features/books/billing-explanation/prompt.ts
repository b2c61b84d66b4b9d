// How the model is asked to explain an invoice.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import type { BillingExplanationInput } from './contract.ts'
import { factsOf } from './facts.ts'

export const prompt: FeaturePrompt<z.output<typeof BillingExplanationInput>> = {
  version: '1',
  system: instruction`You explain invoices to the clients of a managed service provider. Use only what the sources say, figure by figure.
Never add up, subtract or estimate: every figure that you need is in the sources. Never give a reason that no source gives.`,
  parts: (input) => [
    instruction`Explain the invoice in plain sentences, the total first. Tell everything that the sources say, and say plainly where the invoice
contradicts itself. Name for each sentence the ids of the sources that it tells.`,
    instruction`This is the client:`,
    data('client', input.client.name),
    instruction`This was computed from the invoice, each with its id:`,
    ...factsOf(input).map(({ id, text }) => data(id, text)),
  ],
}
