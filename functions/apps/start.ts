// Registers one Function App with the library. The only place that reads the process's environment.
import { app } from '@azure/functions'
import * as z from 'zod'
import { azureCredential } from '../../shared/config/azure-credential.ts'
import { type Config, loadConfig } from '../../shared/config/config.ts'
import { createServices } from '../../shared/services.ts'
import { watchCallerConnections } from '../../shared/http/caller-connection.ts'
import { log } from '../../shared/telemetry/log.ts'
import { register } from '../../shared/triggers/register.ts'
import { type FunctionApp, settingsOf } from './function-app.ts'
import { nodeProblem } from './node-version.ts'

/** A bad setting is no reason to throw here: on Azure that would leave the app without any function (R13). */
export const start = ({ name, definitions }: FunctionApp): void => {
  // Else zod compiles each object schema when it is first used: milliseconds of every cold start, to save microseconds of a call.
  z.config({ jitless: true })
  const advice = nodeProblem(process.versions.node)
  if (advice) log.error('app.node.too_old', { app: name, version: process.versions.node, advice })
  const config = loadConfig(process.env)
  const needs = settingsOf(definitions)
  for (const problem of config.problems.filter((found) => needs.includes(found.name)))
    log.error('app.setting.not_usable', {
      app: name,
      setting: problem.name,
      fault: problem.fault,
      advice: problem.advice,
    })
  const services = createServices(config)
  // Of all HTTP functions of the app at once, so only where one streams.
  if (definitions.some((definition) => definition.kind === 'http' && definition.events)) {
    app.setup({ enableHttpStream: true })
    watchCallerConnections()
  }
  register(app, definitions, services)
  const endTracing = tracing(name, config)
  app.hook.appTerminate(async () => void (await Promise.all([services.close(), endTracing()])))
}

/** Loaded where the setting says so alone. Whatever fails there is told, and no reason not to start. */
const tracing = (serviceName: string, config: Config): (() => Promise<void>) => {
  const { TRACES_TO: to, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config.require(
    'TRACES_TO',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  )
  if (to === undefined) return () => Promise.resolve()
  const end = import('../../shared/telemetry/tracing.ts')
    .then(({ startTracing }) => startTracing({ to, endpoint, serviceName, credential: azureCredential }))
    .catch((error: unknown) => log.error('app.tracing.failed', { app: serviceName, error }))
  return async () => (await end)?.()
}
