// Who the process is on Azure: the one identity with which it goes to storage, to Service Bus and to the key vault.
import type { TokenCredential } from '@azure/identity'

/** The app's own managed identity, which `AZURE_CLIENT_ID` names; on a developer's machine whoever is signed in to Azure. */
export const azureCredential = async (): Promise<TokenCredential> => {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new DefaultAzureCredential()
}
