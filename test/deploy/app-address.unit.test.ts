import { describe, expect, it } from 'vitest'
import { addressesAt, addressesFrom } from '../../deploy/app-address.ts'
import { functionApps } from '../../functions/apps/all.ts'

const hostNames = Object.fromEntries(functionApps.map(({ name }) => [name, `func-${name}.azurewebsites.net`]))

describe('the addresses of the apps', () => {
  it('are those of the deployment, each with the route of its own app', () => {
    expect(addressesFrom(JSON.stringify(hostNames))).toEqual([
      { app: 'theonecode-api', url: 'https://func-theonecode-api.azurewebsites.net/api/code/health/ready' },
      {
        app: 'theonecode-background',
        url: 'https://func-theonecode-background.azurewebsites.net/api/code/background/health/ready',
      },
      { app: 'theoneai-api', url: 'https://func-theoneai-api.azurewebsites.net/api/ai/health/ready' },
      {
        app: 'theoneai-background',
        url: 'https://func-theoneai-background.azurewebsites.net/api/ai/background/health/ready',
      },
      { app: 'theonehub-api', url: 'https://func-theonehub-api.azurewebsites.net/api/hub/health/ready' },
      {
        app: 'theonehub-background',
        url: 'https://func-theonehub-background.azurewebsites.net/api/hub/background/health/ready',
      },
    ])
  })

  it('are refused when an app is missing or unknown: none is left out in silence', () => {
    const { 'theonehub-api': _, ...five } = hostNames
    expect(() => addressesFrom(JSON.stringify({ ...five, theonedesk: 'a.example' }))).toThrow(
      'Missing: theonehub-api. Unknown: theonedesk.',
    )
  })

  it.each([
    { json: 'func-a.azurewebsites.net', title: 'no JSON' },
    { json: '[]', title: 'no object' },
    { json: JSON.stringify({ ...hostNames, 'theonehub-api': 'https://a.example' }), title: 'a URL' },
    { json: JSON.stringify({ ...hostNames, 'theonehub-api': 'a.example/x' }), title: 'a path' },
    { json: JSON.stringify({ ...hostNames, 'theonehub-api': 'user@a.example' }), title: 'a user' },
  ])('are refused for $title', ({ json }) => {
    expect(() => addressesFrom(json)).toThrow(/^serviceHostNames/)
  })

  it('may be one for all', () => {
    expect(addressesAt('http://127.0.0.1:7071/').map(({ url }) => url)).toContain(
      'http://127.0.0.1:7071/api/hub/background/health/ready',
    )
    for (const bad of ['127.0.0.1:7071', 'ftp://a.example', 'http://a.example/path', ''])
      expect(() => addressesAt(bad)).toThrow('is no address')
  })
})
