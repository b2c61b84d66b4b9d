// The control API of the stand-ins, for one organization.
import type { Stack } from '../../local/stack.ts'

/** @returns what the stand-in answers, parsed; undefined for nothing */
export const standInControl =
  (urls: Stack['urls'], tenantId: string) =>
  async (peer: keyof Stack['urls'], method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${urls[peer]}/_control/${path}?tenantId=${tenantId}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${peer} refused ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
