// What a kind of trigger is to the host: one file a kind implements this (http-trigger.ts, timer-trigger.ts).
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InputBinding, OutputBinding } from './bindings.ts'
import type { HostJson } from './host-json.ts'
import type { HostLog } from './host-log.ts'
import type { HostedFunction } from './hosted-function.ts'
import type { Invoke } from './invocation.ts'
import type { Settings } from './settings.ts'
import type { StreamProxy } from './stream-proxy.ts'

export type HostServices = {
  readonly settings: Settings
  readonly hostJson: HostJson
  /** Where a trigger may keep files that outlive the process. */
  readonly stateFolder: string
  readonly log: HostLog
  readonly invoke: Invoke
  /** The app has HTTP streaming on: its functions are served by the library's own server. */
  readonly streamProxy?: StreamProxy | undefined
}

export type TriggerListener = {
  /** Takes a function on. What it throws refuses that function; the others run. Called in the order of the function names. */
  readonly add: (fn: HostedFunction) => void
  /** Called once, when every function has been added and the host listens at `baseUrl`. */
  readonly start: (baseUrl: string) => Promise<void>
  /** Starts no invocation any more. The host waits for those that are running. */
  readonly stop: () => void
  /** Called once no invocation runs any more: what was needed to finish them can go. */
  readonly close?: () => Promise<void>
  /** What the list of functions says after the name. */
  readonly describe: (fn: HostedFunction, baseUrl: string) => string
  /** The route of an HTTP function with its prefix: `api/orders/{id}`. */
  readonly pathOf?: (fn: HostedFunction) => string
  /** `POST /admin/functions/<name>`: runs the function with the `input` of the request. */
  readonly runByHand: (fn: HostedFunction, input: string) => Promise<void>
  /** Bindings that functions with any trigger may have because of this kind. */
  readonly inputs?: readonly InputBinding[]
  readonly outputs?: readonly OutputBinding[]
  /** Answers an HTTP request, or leaves it to the next kind with `false`. */
  readonly handleRequest?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export type TriggerKind = {
  /** The trigger binding's `type`, or several that share one listener; their case does not matter. */
  readonly type: string | readonly string[]
  readonly open: (services: HostServices) => TriggerListener
}
