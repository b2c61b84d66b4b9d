// A stack of its own for a test that kills the functions: what they call stands behind proxies that count requests, and hold one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalSettings } from '../../local/local-settings.ts'
import type { PortName } from '../../local/ports.ts'
import type { Stack } from '../../local/stack.ts'
import { type HoldingProxy, type RequestCount, startHoldingProxy } from './holding-proxy.ts'
import { startTestStack } from './stack-setup.ts'

export type ProxiedStack = Pick<Stack, 'urls' | 'settings' | 'integrationKey' | 'killHost'> & {
  /** With the proxies, and these settings beside them. */
  readonly restartHost: (changes?: LocalSettings) => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Only the functions go through the proxies: what the test looks up with `urls` and `settings` is not counted.
 * @param behind the settings that name what is called, and the part that each of them names, such as `{ PSA_API_URL: 'psa' }`
 * @param countsOf what counts the requests to a part
 */
export const startProxiedStack = async (
  behind: Readonly<Record<string, PortName>>,
  countsOf: (part: PortName) => readonly RequestCount[],
): Promise<ProxiedStack> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'crash-'))
  const proxies = new Map<PortName, HoldingProxy>()
  let proxied: LocalSettings = {}
  const stack = await startTestStack({
    dataFolder,
    hostSettings: async ({ urls, settings }) => {
      for (const part of new Set(Object.values(behind)))
        proxies.set(part, await startHoldingProxy(urls[part], ...countsOf(part)))
      const addresses = Object.entries(behind).map(([name, part]) => {
        const address = (settings[name] ?? '').replaceAll(urls[part], proxies.get(part)?.url ?? '')
        return [name, address] as const
      })
      return (proxied = Object.fromEntries(addresses))
    },
  })
  const restartMs: number[] = []
  return {
    ...stack,
    restartHost: async (changes = {}) => {
      const begun = performance.now()
      await stack.restartHost({ ...proxied, ...changes })
      restartMs.push(performance.now() - begun)
    },
    stop: async () => {
      const median = restartMs.toSorted((a, b) => a - b)[restartMs.length >> 1] ?? 0
      console.log(`The host was restarted ${restartMs.length} times, in ${Math.round(median)} ms (median).`)
      await stack.stop()
      await Promise.all([...proxies.values()].map(({ close }) => close()))
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}
