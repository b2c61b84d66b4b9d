// Everything that is measured, in one go.
import type { Answerer } from './answerer.ts'
import { measureAssistance } from './assistance/assistance-measures.ts'
import { measureAssets } from './assets/asset-measures.ts'
import { type Escape, measureAdversary } from './adversary/adversary-measures.ts'
import { measureBehaviour } from './behaviour/behaviour-measures.ts'
import { measureCalls } from './calls/call-measures.ts'
import { measureCompanies } from './companies/company-measures.ts'
import { measureInsiders } from './insider/insider-measures.ts'
import { measureInvestigations } from './investigations/investigation-measures.ts'
import { measureJarvis } from './jarvis/jarvis-measures.ts'
import { measureLogins } from './logins/login-measures.ts'
import { measureInvoices } from './invoices/invoice-measures.ts'
import { type GateFault, measureGate } from './gate/gate-measures.ts'
import type { Measure } from './measure.ts'
import type { Part } from './part.ts'
import { measureRootCauses } from './root-causes/root-cause-measures.ts'
import { measureTickets } from './tickets/ticket-measures.ts'
import { leftOf } from './validity/scripted-gateway.ts'
import { type Fault, measureValidity } from './validity/validity-measures.ts'

export type Extent = {
  readonly part: Part
  /** Cases of each set, at most. */
  readonly max: number
  /** Cases of each set into which inventions are planted, at most. */
  readonly forgedMax: number
  /** Bad answers of each feature. */
  readonly malformedMax: number
}

/**
 * @param answerer who is scored
 * @param forger whose answers inventions are planted in; they are never sent to anybody
 */
export const evaluate = async (
  { answerer, forger }: { readonly answerer: Answerer; readonly forger: Answerer },
  { part, max, forgedMax, malformedMax }: Extent,
  onEscape: (escape: Escape | Fault) => void = () => {},
  onGateFault: (fault: GateFault) => void = () => {},
): Promise<readonly Measure[]> => [
  ...(await measureTickets(answerer, part, max)),
  ...(await measureCalls(answerer, part, max)),
  ...(await measureInvoices(answerer, part, max)),
  ...(await measureInvestigations(answerer, part, max)),
  ...(await measureCompanies(answerer, part, max)),
  ...(await measureRootCauses(answerer, part, max)),
  ...(await measureAssistance(answerer, part, max)),
  ...(await measureJarvis(part, max)),
  ...measureBehaviour(part, max),
  ...measureLogins(part, max),
  ...measureInsiders(part, max),
  ...measureAssets(part, max),
  ...(await measureAdversary(forger, part, forgedMax, onEscape)),
  ...(await measureGate(max, onGateFault)),
  ...(await measureValidity(leftOf, malformedMax, onEscape)),
]
