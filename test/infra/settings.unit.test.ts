import { describe, expect, it } from 'vitest'
import { functionApps } from '../../functions/apps/all.ts'
import { settingsOf } from '../../functions/apps/function-app.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { allOfType, appOf, parametersOf, settingsByApp, snapshots, suite } from './snapshot.ts'

/** Of the host, on Flex Consumption with an identity. */
const hostSettings = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AZURE_CLIENT_ID',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__tableServiceUri',
]

const durable = 'AzureFunctionsJobHost__extensions__durableTask__'
const durableSettings = (isScheduled: boolean): readonly string[] => [
  `${durable}hubName`,
  ...(isScheduled
    ? [
        `${durable}storageProvider__type`,
        `${durable}storageProvider__connectionStringName`,
        'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
      ]
    : []),
]

/** Flex Consumption refuses or ignores these, or they would let keys in. */
const forbidden = [
  'AzureWebJobsStorage',
  'AzureWebJobsDashboard',
  'APPINSIGHTS_INSTRUMENTATIONKEY',
  'DATA_STORAGE__accountKey',
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_MAX_HTTP_CONCURRENCY',
  'FUNCTIONS_WORKER_PROCESS_COUNT',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_WORKER_RUNTIME_VERSION',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'SERVICE_BUS',
  'TZ',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTOVERVNET',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_DNS_SERVER',
  'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_TIME_ZONE',
  'WEBSITE_VNET_ROUTE_ALL',
]

const serviceBus = ['SERVICE_BUS__clientId', 'SERVICE_BUS__credential', 'SERVICE_BUS__fullyQualifiedNamespace']

/** What a setting of the suite is set as in an environment. */
const setAs = (name: string, parameters: string): readonly string[] => {
  const kind = suite.settings[name]
  if (name === 'SERVICE_BUS') return serviceBus
  if (name === 'AI_MODELS') return /param models = \[\]/.test(parameters) ? [] : [name]
  if (kind?.kind === 'made' || !kind?.optional) return [name]
  const isGiven = kind.kind === 'secret' ? new RegExp(`^ {2}'${name}'$`, 'm') : new RegExp(`^ {2}${name}: `, 'm')
  return isGiven.test(parameters) ? [name] : []
}

/** Values that only Azure knows, as they would look there. */
const onAzure = (value: string): string =>
  value.startsWith('[')
    ? value
        .replace(/reference\([^)]*\)\.hostName/, "'suite.z01.azurefd.net'")
        .replace(/^\[format\('([^']*)', (.*)\)\]$/s, (_, form: string, args: string) => {
          const given = args.split(', ').map((arg) => arg.replace(/^'(.*)'$/, '$1'))
          return form.replace(/\{(\d)\}/g, (_match, index: string) => given[Number(index)] ?? '')
        })
        .replace('environment().suffixes.storage', 'core.windows.net')
        .replace('environment().suffixes.keyvaultDns', '.vault.azure.net')
    : value

describe.each(snapshots)('the settings of $stage', (snapshot) => {
  const byApp = settingsByApp(snapshot)
  const parameters = parametersOf(snapshot.stage)

  it.each(suite.apps)('of $name are what its functions need, and no other', ({ name, settings, orchestrations }) => {
    const isScheduled = /param orchestrations = 'scheduler'/.test(parameters)
    const expected = [
      ...hostSettings,
      ...(orchestrations.length > 0 ? durableSettings(isScheduled) : []),
      ...settings.flatMap((setting) => setAs(setting, parameters)),
    ]
    expect(Object.keys(byApp.get(name) ?? {}).sort()).toEqual(expected.sort())
  })

  it.each(functionApps)('let every function of $name work', ({ name, definitions }) => {
    const values = Object.entries(byApp.get(name) ?? {}).map(([setting, value]) => [setting, onAzure(value)])
    const { problems } = loadConfig({ ...Object.fromEntries(values), WEBSITE_SITE_NAME: name })
    const needed = settingsOf(definitions)
    expect(problems.filter((problem) => needed.includes(problem.name) && !problem.ignored)).toEqual([])
  })

  it('have nothing that Flex Consumption refuses, and nothing that lets a key in', () => {
    for (const [app, values] of byApp)
      expect({ app, found: forbidden.filter((name) => name in values) }).toEqual({ app, found: [] })
  })

  it('name secrets, and hold none', () => {
    for (const [app, values] of byApp)
      for (const [name, { kind, secret }] of Object.entries(suite.settings))
        if (kind === 'secret' && name in values)
          expect({ app, name, value: values[name] }).toEqual({ app, name, value: `kv:${secret}` })
    expect(snapshot.text).not.toMatch(/listKeys|AccountKey|SharedAccessKey|InstrumentationKey=|@Microsoft\.KeyVault/i)
  })

  it('let models be asked with the identity alone', () => {
    for (const [app, { AI_MODELS = '{}' }] of byApp) {
      const { providers = {} } = JSON.parse(AI_MODELS) as { providers?: Readonly<Record<string, { auth: string }>> }
      for (const { auth } of Object.values(providers)) expect({ app, auth }).toEqual({ app, auth: 'identity' })
    }
  })

  it("let the host and the SDKs sign in as the app's own identity, and as no other", () => {
    for (const [app, values] of byApp)
      for (const name of ['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId', 'SERVICE_BUS__clientId'])
        if (name in values)
          expect(values[name]).toMatch(
            new RegExp(
              `^\\[reference\\('[^']*/userAssignedIdentities/id-${app}-${snapshot.stage}', '[\\d-]+'\\)\\.clientId\\]$`,
            ),
          )
  })

  it("let its telemetry in by the app's own identity", () => {
    for (const [app, values] of byApp)
      expect(values['APPLICATIONINSIGHTS_AUTHENTICATION_STRING']).toMatch(
        new RegExp(
          `^\\[format\\('ClientId=\\{0\\};Authorization=AAD', reference\\('[^']*/userAssignedIdentities/id-${app}-${snapshot.stage}', '[\\d-]+'\\)\\.clientId\\)\\]$`,
        ),
      )
  })

  it('lead the host to the storage of its own app, where its package is put as well', () => {
    const containers = allOfType(snapshot, 'Microsoft.Storage/storageAccounts/blobServices/containers').map(
      ({ name }) => name.split('/'),
    )
    for (const { name, properties } of allOfType(snapshot, 'Microsoft.Web/sites')) {
      const app = appOf(name)
      const [account = '', , container = ''] =
        containers.find(([of = '']) => of.endsWith(app.replace('theone', '').replace('-', ''))) ?? []
      const at = (service: string) =>
        `format('https://{0}.{1}.{2}', '${account}', '${service}', environment().suffixes.storage)`
      expect({ app, ...byApp.get(app) }).toMatchObject({
        app,
        AzureWebJobsStorage__blobServiceUri: `[${at('blob')}]`,
        AzureWebJobsStorage__queueServiceUri: `[${at('queue')}]`,
        AzureWebJobsStorage__tableServiceUri: `[${at('table')}]`,
      })
      const { deployment } = properties['functionAppConfig'] as { deployment: { storage: { value: string } } }
      expect({ app, at: deployment.storage.value }).toEqual({
        app,
        at: `[format('{0}/{1}', ${at('blob')}, '${container}')]`,
      })
    }
  })

  it('let the Durable Task Scheduler be reached with the identity of the app alone', () => {
    const values = [...byApp].flatMap(([app, { DURABLE_TASK_SCHEDULER_CONNECTION_STRING: value }]) =>
      value === undefined ? [] : [{ app, value }],
    )
    for (const { app, value } of values)
      expect(value).toMatch(
        new RegExp(
          `^\\[format\\('Endpoint=\\{0\\};Authentication=ManagedIdentity;ClientID=\\{1\\}', reference\\('[^']*/schedulers/[^']*', '[\\d-]+'\\)\\.endpoint, reference\\('[^']*/userAssignedIdentities/id-${app}-${snapshot.stage}', '[\\d-]+'\\)\\.clientId\\)\\]$`,
        ),
      )
    expect(values.length > 0).toBe(snapshot.stage === 'production')
  })

  it('give each app that runs orchestrations a task hub of its own', () => {
    const hubs = suite.apps
      .filter(({ orchestrations }) => orchestrations.length > 0)
      .map(({ name }) => byApp.get(name)?.[`${durable}hubName`])
    expect(hubs).toEqual([...new Set(hubs)])
    for (const hub of hubs) expect(hub).toMatch(/^[a-z][a-z0-9]{2,44}$/)
  })
})
