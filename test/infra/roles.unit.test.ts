import { describe, expect, it } from 'vitest'
import type { DescribedApp } from '../../infra/description/suite.ts'
import { allOfType, parametersOf, pathOf, snapshots, suite, valuesOf } from './snapshot.ts'

/** The built-in roles that may be given at all. */
const roleNames: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '76199698-9eea-4c19-bc75-cec21354c6b6': 'Storage Table Data Reader',
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': 'Azure Service Bus Data Receiver',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
  '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd': 'Cognitive Services OpenAI User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '0ad04412-c4d5-4796-b79c-f76d14c8d402': 'Durable Task Data Contributor',
}

const assigned = '/providers/Microsoft.Authorization/roleAssignments/'

describe.each(snapshots)('the roles of $stage', (snapshot) => {
  const { stage } = snapshot
  const parameters = parametersOf(stage)
  const isScheduled = /param orchestrations = 'scheduler'/.test(parameters)
  const hasModels = !/param models = \[\]/.test(parameters)
  /** Parts of names that differ between environments. */
  const plain = (path: string): string =>
    path
      .replaceAll(new RegExp(`(kv|kt|sb|ai|appi|dts)-${stage}-[a-z0-9]{6}`, 'g'), '$1')
      .replace(/storageAccounts\/stdata[a-z0-9]{6}/, 'storageAccounts/stdata')
      .replace(/storageAccounts\/st[a-z0-9]{6}(\w+)/, 'storageAccounts/$1')
  /** Of our own, by their ids. */
  const own = new Map(
    allOfType(snapshot, 'Microsoft.Authorization/roleDefinitions').map(({ name, properties }) => [
      name,
      String(properties['roleName']).replace(`Integrations ${stage}: `, 'Our role that '),
    ]),
  )
  const roles = allOfType(snapshot, 'Microsoft.Authorization/roleAssignments').map(({ id, properties }) => {
    const [scope = ''] = id.split(assigned)
    const principal = String(properties['principalId'])
    const definition = String(properties['roleDefinitionId']).split('/').at(-1) ?? ''
    return {
      who: new RegExp(`/userAssignedIdentities/id-(.+)-${stage}'`).exec(principal)?.[1] ?? principal,
      role: roleNames[definition] ?? own.get(definition) ?? definition,
      on: plain(pathOf(scope)),
    }
  })
  const lines = (of: readonly { who: string; role: string; on: string }[]): readonly string[] =>
    of.map(({ who, role, on }) => `${who}: ${role} on ${on}`).sort()

  const expectedOf = (app: DescribedApp) => {
    const data = 'Microsoft.Storage/storageAccounts/stdata/tableServices/default/tables'
    const queue = (name: string) => `Microsoft.ServiceBus/namespaces/sb/queues/${name}`
    const secret = (name: string) => `Microsoft.KeyVault/vaults/kv/secrets/${name}`
    const host = `Microsoft.Storage/storageAccounts/${app.name.replace('theone', '').replace('-', '')}`
    const given = app.secrets.readsIfGiven.filter((name) =>
      Object.entries(suite.settings).some(
        ([setting, kind]) => kind.secret === name && new RegExp(`^ {2}'${setting}'$`, 'm').test(parameters),
      ),
    )
    const hasFlows = app.orchestrations.length > 0
    const all: readonly (readonly [string, string])[] = [
      ...app.tables.map((table) => ['Storage Table Data Contributor', `${data}/${table}`] as const),
      // What readiness reads: every app has it.
      ['Storage Table Data Reader', `${data}/storageProbe`],
      ...app.queues.receivesFrom.map((name) => ['Azure Service Bus Data Receiver', queue(name)] as const),
      ...app.queues.sendsTo.map((name) => ['Azure Service Bus Data Sender', queue(name)] as const),
      ...app.subscriptions.map(
        ({ topic, name }) =>
          [
            'Azure Service Bus Data Receiver',
            `Microsoft.ServiceBus/namespaces/sb/topics/${topic}/subscriptions/${name}`,
          ] as const,
      ),
      ...[...app.secrets.reads, ...given].map((name) => ['Key Vault Secrets User', secret(name)] as const),
      ...app.secrets.rotates.map((name) => ['Our role that rotates keys', secret(name)] as const),
      ...(app.tenantKeys === 'none'
        ? []
        : [
            [
              app.tenantKeys === 'rotates' ? 'Our role that rotates keys' : 'Key Vault Secrets User',
              'Microsoft.KeyVault/vaults/kt',
            ] as const,
          ]),
      ...(app.models && hasModels
        ? [['Cognitive Services OpenAI User', 'Microsoft.CognitiveServices/accounts/ai'] as const]
        : []),
      ['Monitoring Metrics Publisher', 'Microsoft.Insights/components/appi'],
      ['Storage Blob Data Owner', host],
      ...(hasFlows && !isScheduled
        ? [['Storage Queue Data Contributor', host] as const, ['Storage Table Data Contributor', host] as const]
        : []),
      ...(hasFlows && isScheduled
        ? [
            [
              'Durable Task Data Contributor',
              `Microsoft.DurableTask/schedulers/dts/taskHubs/${app.name.replace('-', '')}`,
            ] as const,
          ]
        : []),
    ]
    return all.map(([role, on]) => ({ who: app.name, role, on }))
  }

  it.each(suite.apps)('of $name are exactly what infra/suite.json says of it', (app) => {
    expect(lines(roles.filter(({ who }) => who === app.name))).toEqual(lines(expectedOf(app)))
  })

  it('of others are that The One Bus publishes, one group sets secrets, and another works on data by its commands', () => {
    const others = roles.filter(({ who }) => !suite.apps.some(({ name }) => name === who))
    const of = (parameter: string, ...given: readonly (readonly [role: string, on: string])[]) =>
      valuesOf(stage, parameter).flatMap((who) => given.map(([role, on]) => ({ who, role, on })))
    const secret = (name: string) => `Microsoft.KeyVault/vaults/kv/secrets/${name}`
    const expected = [
      ...of('busPrincipalId', ['Azure Service Bus Data Sender', 'Microsoft.ServiceBus/namespaces/sb/topics/one-bus']),
      ...of('officerId', ['Key Vault Secrets Officer', 'Microsoft.KeyVault/vaults/kv']),
      ...of(
        'dataOfficerIds',
        ['Key Vault Secrets User', secret('audit-signing-key')],
        ['Key Vault Secrets User', secret('hub-service-key')],
        ['Our role that purges keys', 'Microsoft.KeyVault/vaults/kt'],
        ['Storage Table Data Contributor', 'Microsoft.Storage/storageAccounts/stdata'],
      ),
    ]
    expect(lines(others)).toEqual(lines(expected))
  })

  it('say that an identity is one: Azure does not look for a person who has just been made', () => {
    for (const { id, properties } of allOfType(snapshot, 'Microsoft.Authorization/roleAssignments'))
      if (String(properties['principalId']).includes('/userAssignedIdentities/'))
        expect({ id, type: properties['principalType'] }).toEqual({ id, type: 'ServicePrincipal' })
  })

  it('are given on one entity each, on an account only where it holds nothing of another app', () => {
    const broad = roles.filter(
      ({ on }) => !/\/(?:tables|queues|subscriptions|topics|secrets|taskHubs)\/[^/]+$/.test(on),
    )
    const allowed = [
      /^(?:Key Vault Secrets User|Our role that rotates keys) on Microsoft\.KeyVault\/vaults\/kt$/,
      /^Cognitive Services OpenAI User on Microsoft\.CognitiveServices\/accounts\/ai$/,
      /^Monitoring Metrics Publisher on Microsoft\.Insights\/components\/appi$/,
      /^Storage (?:Blob Data Owner|Queue Data Contributor|Table Data Contributor) on Microsoft\.Storage\/storageAccounts\/(?!stdata)\w+$/,
    ]
    const tooBroad = broad
      .filter(({ who }) => suite.apps.some(({ name }) => name === who))
      .map(({ role, on }) => `${role} on ${on}`)
      .filter((line) => !allowed.some((pattern) => pattern.test(line)))
    expect(tooBroad).toEqual([])
  })

  it('are built-in roles that the suite has a use for, and two of our own', () => {
    const known = new Set([...Object.values(roleNames), ...own.values()])
    expect(roles.filter(({ role }) => !known.has(role))).toEqual([])
    expect([...own.values()].sort()).toEqual(['Our role that purges keys', 'Our role that rotates keys'])
  })

  it('of our own may do with secrets what is done with them, and nothing with anything else', () => {
    const may = Object.fromEntries(
      allOfType(snapshot, 'Microsoft.Authorization/roleDefinitions').map(({ name, properties }) => [
        own.get(name) ?? name,
        properties['permissions'],
      ]),
    )
    const withSecrets = (...actions: readonly string[]) => [
      {
        actions: [],
        notActions: [],
        dataActions: actions.map((action) => `Microsoft.KeyVault/vaults/secrets/${action}`),
        notDataActions: [],
      },
    ]
    expect(may).toEqual({
      'Our role that rotates keys': withSecrets(
        'getSecret/action',
        'readMetadata/action',
        'setSecret/action',
        'update/action',
        'delete',
      ),
      'Our role that purges keys': withSecrets('getSecret/action', 'readMetadata/action', 'delete', 'purge/action'),
    })
    const groups = allOfType(snapshot, 'Microsoft.Resources/resourceGroups').map(({ id }) => id)
    for (const { properties } of allOfType(snapshot, 'Microsoft.Authorization/roleDefinitions'))
      expect(properties['assignableScopes']).toEqual(groups)
  })
})
