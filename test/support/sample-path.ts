// The path of a route with something in the place of its parameters: what is checked by its form gets that form.

const samples: Readonly<Record<string, string>> = { source: 'repository', date: '2026-01-15' }

export const samplePathOf = ({ route }: { readonly route: string }): string =>
  `/api/${route.replaceAll(/\{([^}]+)\}/g, (_, name: string) => samples[name] ?? 'sample')}`
