// Where a module of a bundle comes from: a package of the registry, or a part of the project.

/** A package, and the folder in the project that holds it. */
type Package = { readonly name: string; readonly folder: string }

/** The package of a module (a path in the project), or undefined for the project's own. */
export const packageOf = (module: string): Package | undefined => {
  const [folder, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module) ?? []
  return folder === undefined || name === undefined ? undefined : { name, folder }
}

/** What people would say has grown: `openai`, `functions/code`, `shared/store`. */
export const partOf = (module: string): string =>
  packageOf(module)?.name ?? module.replace(/^([^/]+\/[^/]+)\/.*$/, '$1')
