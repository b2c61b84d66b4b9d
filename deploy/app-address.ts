// Where the health of each Function App is asked: the addresses that the deployment has given out, and the routes of the code.
import * as z from 'zod'
import { functionApps } from '../functions/apps/all.ts'
import { UsageError } from '../shared/command-line.ts'

export type AppAddress = { readonly app: string; readonly url: string }

/** The output of `infra/main.bicep` that azd puts into the environment of a hook. */
export const hostNamesVariable = 'serviceHostNames'

const HostNames = z.record(z.string(), z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, 'must be a bare host name'))

const apps = functionApps.map(({ name }) => name)

/**
 * @param json an object of host names by app
 * @throws Error that says what is wrong with it: no JSON, an app that is missing or not known, what is no host name
 */
export const addressesFrom = (json: string): readonly AppAddress[] => {
  const names = HostNames.safeParse(parsed(json))
  if (!names.success) throw new Error(`${hostNamesVariable} cannot be used.\n${z.prettifyError(names.error)}`)
  const missing = apps.filter((app) => !(app in names.data))
  const unknown = Object.keys(names.data).filter((app) => !apps.includes(app))
  if (missing.length + unknown.length > 0)
    throw new Error(
      `${hostNamesVariable} does not fit the code. Missing: ${missing.join(', ') || 'none'}. Unknown: ${unknown.join(', ') || 'none'}.`,
    )
  return apps.map((app) => ({ app, url: readinessUrl(app, `https://${names.data[app]}`) }))
}

/** All apps behind one address, as the local stack has them. @throws Error for what is no http(s) origin */
export const addressesAt = (origin: string): readonly AppAddress[] => {
  const url = URL.parse(origin)
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== origin.replace(/\/$/, ''))
    throw new UsageError(`"${origin}" is no address such as http://127.0.0.1:7071.`)
  return apps.map((app) => ({ app, url: readinessUrl(app, url.origin) }))
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new Error(`${hostNamesVariable} is not JSON: ${json.slice(0, 100)}`, { cause })
  }
}

const readinessUrl = (app: string, origin: string): string => {
  const definitions = functionApps.find(({ name }) => name === app)?.definitions ?? []
  const routes = definitions.flatMap((definition) =>
    definition.kind === 'http' && definition.route.endsWith('/health/ready') ? [definition.route] : [],
  )
  if (routes.length !== 1) throw new Error(`${app} has ${routes.length} routes that tell whether it is ready.`)
  return `${origin}/api/${routes[0]}`
}
