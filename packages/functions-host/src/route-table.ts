// Which HTTP function answers a request. The Azure host tries its routes in the order of the function names and takes the first
// that fits: it does not rank literals before parameters as ASP.NET Core does
// (https://github.com/Azure/azure-functions-host/issues/9876).
import { parseRouteTemplate, type RouteTemplate, type RouteValues } from './route-template.ts'

export type Route<T> = {
  readonly functionName: string
  readonly template: RouteTemplate
  /** Upper case. */
  readonly methods: readonly string[]
  readonly target: T
}

/** .NET's StringComparer.OrdinalIgnoreCase, by which the host sorts function names. */
export const compareNames = (a: string, b: string): number => {
  const [upperA, upperB] = [a.toUpperCase(), b.toUpperCase()]
  if (upperA === upperB) return 0
  return upperA < upperB ? -1 : 1
}

export type RouteTable<T> = {
  /**
   * @throws an error when the route is reserved, malformed, or the same as one that was added before for the same method
   */
  readonly add: (route: { functionName: string; route: string; methods: readonly string[]; target: T }) => void
  readonly find: (method: string, path: string) => { readonly target: T; readonly values: RouteValues } | undefined
  /** Sentences about routes that can never be reached because a function with an earlier name takes their requests. */
  readonly hiddenRoutes: () => readonly string[]
}

const overlap = (a: readonly string[], b: readonly string[]): boolean => a.some((method) => b.includes(method))

/** Values that the usual constraints take; the first that the template itself accepts is used. */
const sampleValues = ['sample', '1', 'true', '00000000-0000-4000-8000-000000000000', '2026-01-31', 'a', 'file.txt']

/** A path that the template matches, to see who would answer it; undefined when none of the sample values fits. */
const samplePath = ({ segments, match }: RouteTemplate): string | undefined =>
  sampleValues
    .map((value) => {
      const parts = segments.map((segment) =>
        segment.map((part) => ('literal' in part ? part.literal : value)).join(''),
      )
      return `/${parts.join('/')}`
    })
    .find((path) => match(path) !== undefined)

const hidden = <T>(route: Route<T>, earlier: readonly Route<T>[]): string | undefined => {
  const path = samplePath(route.template)
  const before =
    path !== undefined &&
    earlier.find((other) => overlap(other.methods, route.methods) && other.template.match(path) !== undefined)
  return before
    ? `"${before.functionName}" (${before.template.text}) answers requests like ${path} before "${route.functionName}" (${route.template.text}): ` +
        'the Azure host tries routes in the order of the function names. Rename one, or constrain the parameter.'
    : undefined
}

export const createRouteTable = <T>(routePrefix: string): RouteTable<T> => {
  let routes: Route<T>[] = []
  return {
    add: ({ functionName, route, methods, target }) => {
      // A prefix of the text, not of the segment: "administration" is refused as well.
      if (/^(?:admin|runtime)/i.test(route))
        throw new Error(
          `The specified route "${route}" conflicts with one or more built in routes: a route cannot start with "admin" or "runtime".`,
        )
      const text = routePrefix === '' ? route : `${routePrefix}/${route}`
      const upper = methods.map((method) => method.toUpperCase())
      const same = routes.find(
        (other) => other.template.text.toLowerCase() === text.toLowerCase() && overlap(other.methods, upper),
      )
      if (same)
        throw new Error(`The route "${route}" conflicts with the route defined by function "${same.functionName}".`)
      const added = { functionName, template: parseRouteTemplate(text), methods: upper, target }
      routes = [...routes, added].sort((a, b) => compareNames(a.functionName, b.functionName))
    },
    find: (method, path) => {
      for (const { methods, template, target } of routes) {
        const values = methods.includes(method) ? template.match(path) : undefined
        if (values) return { target, values }
      }
      return undefined
    },
    hiddenRoutes: () => routes.flatMap((route, index) => hidden(route, routes.slice(0, index)) ?? []),
  }
}
