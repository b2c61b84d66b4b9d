// The products under whose address functions of this suite are reached.
import type { SettingName } from '../config/settings.ts'

type PublicProductInfo = { readonly name: string; readonly publicUrl: SettingName }

export const publicProducts = {
  code: { name: 'The One Code', publicUrl: 'CODE_PUBLIC_URL' },
  ai: { name: 'the AI Platform', publicUrl: 'AI_PUBLIC_URL' },
  hub: { name: 'The One Hub', publicUrl: 'HUB_URL' },
} as const satisfies Record<string, PublicProductInfo>

/** A function belongs to one by the first segment of its route. */
export type PublicProduct = keyof typeof publicProducts
