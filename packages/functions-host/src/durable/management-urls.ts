// The URLs of the Durable HTTP API: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api

export const apiPath = '/runtime/webhooks/durabletask'

type Hub = { readonly hubName: string; readonly connectionName: string }

/** The extension names the storage connection without its prefix. */
const queryOf = ({ hubName, connectionName }: Hub): string =>
  new URLSearchParams({ taskHub: hubName, connection: connectionName.replace(/^AzureWebJobs/, '') }).toString()

/** @param baseUrl the host's own, or the one by which the caller reached it */
export const managementUrls = (baseUrl: string, hub: Hub, instanceId: string) => {
  const instance = `${baseUrl}${apiPath}/instances/${encodeURIComponent(instanceId)}`
  const query = queryOf(hub)
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  }
}

/** What the input binding `durableClient` gives the library, which fills in the placeholders. */
export const clientBindingValue = (baseUrl: string, hub: Hub) => {
  const create = `${baseUrl}${apiPath}/orchestrators/{functionName}[/{instanceId}]`
  const query = queryOf(hub)
  return {
    taskHubName: hub.hubName,
    creationUrls: {
      createNewInstancePostUri: `${create}?${query}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${query}`,
    },
    managementUrls: managementUrls(baseUrl, hub, 'INSTANCEID'),
    baseUrl: `${baseUrl}${apiPath}`,
    requiredQueryStringParameters: query,
    rpcBaseUrl: `${baseUrl}${apiPath}/`,
  }
}
