// Services whose requests to the storage and to one product are counted, one of which is held for good: as if the process ended there.
import type { Peer } from '../../shared/peers/peers.ts'
import type { Stack } from '../../local/stack.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { createServices } from '../../shared/services.ts'
import { createRequestCount, startHoldingProxy } from './holding-proxy.ts'

/**
 * @param isStep whether the request to a URL is one of the steps
 * @param settings beside those of the stack
 */
export const heldServices = async (
  stack: Pick<Stack, 'urls' | 'settings'>,
  { peer, setting, isStep }: { readonly peer: Peer; readonly setting: string; readonly isStep: RegExp },
  settings: Readonly<Record<string, string>> = {},
) => {
  const requests = createRequestCount((_, url) => isStep.test(url))
  const proxies = await Promise.all(
    [stack.urls.tables, stack.urls[peer]].map((url) => startHoldingProxy(url, requests)),
  )
  const [tables, product] = proxies
  const services = createServices(
    loadConfig({
      ...stack.settings,
      ...settings,
      DATA_STORAGE: (stack.settings['DATA_STORAGE'] ?? '').replaceAll(stack.urls.tables, tables?.url ?? ''),
      [setting]: product?.url ?? '',
    }),
  )
  const close = async (): Promise<void> => void (await Promise.all(proxies.map((proxy) => proxy.close())))
  return { requests, services, close }
}
