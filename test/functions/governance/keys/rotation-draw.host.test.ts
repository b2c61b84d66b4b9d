// What the vault keeps of the keys that a rotation draws: the new one alone, wherever the work was cut off and however many were at it.
import { randomUUID } from 'node:crypto'
import { afterAll, aroundEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { KeyRotation } from '../../../../functions/governance/keys/rotation-table.ts'
import { keySecretName, tenantTag } from '../../../../shared/secrets/peer-keys.ts'
import type { Services } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { setFaults, vaultClient } from '../../../local/key-vault/vault-client.ts'
import { killedAfter, killedBefore, stepsOf, steppedServices } from '../../../shared/effects/stepped-services.ts'
import { type RotationStage, driveRotation, isDone, openRotationStage, throughNights } from './rotation-stage.ts'

let stage: RotationStage
let tenantId: string
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  stage = await openRotationStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  tenantId = `tenant-${randomUUID()}`
})
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const secretsOfTenant = async (): Promise<readonly string[]> => {
  const names: string[] = []
  for await (const { name, tags } of vaultClient(stage.vault.url).listPropertiesOfSecrets())
    if (tags?.[tenantTag] === tenantId) names.push(name)
  return names
}

/** Takes the new key up whenever it is looked, and goes on to the end. */
const endOf = async (rotation: KeyRotation, services = stage.instance()): Promise<KeyRotation> => {
  const throughAll = throughNights(() => stage.callPsa(tenantId))
  expect(await driveRotation(services, rotation, throughAll)).toBe('ended')
  return stage.read(rotation)
}

const provision = async (): Promise<string> =>
  (await endOf(await stage.beginFirst(tenantId, 'suite→psa'))).newKeyId ?? ''

const expectNewKeyAlone = async ({ newKeyId = '', outcome }: KeyRotation): Promise<void> => {
  expect(outcome).toBe('done')
  expect(await secretsOfTenant()).toEqual([keySecretName(newKeyId)])
  expect(await stage.callPsa(tenantId)).toEqual({ keyId: newKeyId, isTaken: true })
}

/** All wait for each other before they put what they have drawn into the vault. */
const heldTogether = (count: number, instance: () => Services = stage.instance): readonly Services[] => {
  let arrived = 0
  const { promise: together, resolve: release } = Promise.withResolvers<void>()
  return Array.from({ length: count }, () =>
    steppedServices(instance(), tenantId, async (step) => {
      if (step !== 'tenantVault.set') return
      arrived += 1
      if (arrived === count) release()
      await together
    }),
  )
}

describe('the vault', () => {
  it('has the new key alone when a rotation was cut off right after its secret, and went on', async () => {
    const steps = await stepsOf(stage.instance(), tenantId, async (services) => {
      await endOf(await stage.beginFirst(tenantId, 'suite→psa'), services)
    })
    tenantId = `tenant-${randomUUID()}`
    const rotation = await stage.begin(tenantId, await provision())
    const cut = driveRotation(killedAfter(stage.instance(), tenantId, steps.indexOf('tenantVault.set') + 1), rotation)
    await expect(cut).rejects.toThrow('Killed before')
    expect(await secretsOfTenant()).toHaveLength(2)
    await expectNewKeyAlone(await endOf(rotation))
  })

  it('has the new key alone when three orchestrations had each drawn one', async () => {
    const rotation = await stage.begin(tenantId, await provision())
    await Promise.all(heldTogether(3).map((services) => driveRotation(services, rotation)))
    expect((await stage.read(rotation)).drawnKeyIds).toHaveLength(3)
    // The old one, and the new one: the others are gone at once.
    expect(await secretsOfTenant()).toHaveLength(2)
    await expectNewKeyAlone(await endOf(rotation))
  })

  it('has the new key alone in the end when those that lost were cut off before they could delete theirs', async () => {
    const rotation = await stage.begin(tenantId, await provision())
    const mortal = (): Services => killedBefore(stage.instance(), tenantId, /^tenantVault\.delete$/)
    await Promise.all(heldTogether(3, mortal).map((services) => isDone(driveRotation(services, rotation))))
    expect(await secretsOfTenant()).toHaveLength(4)
    await expectNewKeyAlone(await endOf(rotation))
  })

  it('has the new key alone, and the rotation no long list, when the vault said for long that it took none', async () => {
    const rotation = await stage.begin(tenantId, await provision())
    await setFaults(stage.vault.url, [{ operation: 'setSecret', kind: 'commit-then-status', status: 400 }])
    for (let count = 0; count < 25; count += 1)
      expect(await isDone(driveRotation(stage.instance(), rotation))).toBe(false)
    await setFaults(stage.vault.url, [])
    expect((await stage.read(rotation)).drawnKeyIds).toHaveLength(20)
    await expectNewKeyAlone(await endOf(rotation))
  })
})
