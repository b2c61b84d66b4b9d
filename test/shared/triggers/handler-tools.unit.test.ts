// What every handler is given beside its own input.
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { handlerInput } from '../../../shared/triggers/handler-tools.ts'

const services = createServices(
  loadConfig({ DATA_STORAGE: 'https://account.table.core.windows.net' }),
  () => new Date(0),
)

describe('what a handler is given', () => {
  it('is the store, the clock, the services and its own', () => {
    const input = handlerInput(services, { tenantId: 't-1' })
    expect(input.store).toBe(services.store())
    expect(input.now()).toEqual(new Date(0))
    expect(input.services).toBe(services)
    expect(input.tenantId).toBe('t-1')
  })

  it('says that storage is not configured only to who asks for the store', () => {
    const input = handlerInput(createServices(loadConfig({})), { tenantId: 't-1' })
    expect(input.tenantId).toBe('t-1')
    expect(() => input.store).toThrow(expect.objectContaining({ code: 'not-configured' }))
  })
})
