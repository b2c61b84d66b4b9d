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

/** @throws Error for a route of no product: its definition is wrong */
export const publicProductOf = (route: string): PublicProduct => {
  const [product = ''] = route.split('/')
  if (Object.hasOwn(publicProducts, product)) return product as PublicProduct
  throw new Error(`The route ${route} begins with no product. Begin it with ${Object.keys(publicProducts).join(', ')}.`)
}
