// The products under whose address functions of this suite are reached.
/** Without `publicUrl` its functions have no address of the product's own: Hub's origin is Hub itself. */
export type PublicProductInfo = { readonly name: string; readonly publicUrl?: 'CODE_PUBLIC_URL' | 'AI_PUBLIC_URL' }

export const publicProducts = {
  code: { name: 'The One Code', publicUrl: 'CODE_PUBLIC_URL' },
  ai: { name: 'the AI Platform', publicUrl: 'AI_PUBLIC_URL' },
  hub: { name: 'The One Hub' },
} as const satisfies Record<string, PublicProductInfo>

/** A function belongs to one by the first segment of its route. */
export type PublicProduct = keyof typeof publicProducts
