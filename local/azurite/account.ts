// The one account of the storage emulator. Its key is published by Microsoft and protects nothing.
// https://learn.microsoft.com/azure/storage/common/storage-connect-azurite

const account = 'devstoreaccount1'
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export type AzuriteUrls = { readonly blobs: string; readonly queues: string; readonly tables: string }

/** The connection string that every Azure Storage client takes. The URLs are those that the Azurite process reports. */
export const azuriteConnectionString = ({ blobs, queues, tables }: AzuriteUrls): string =>
  [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account}`,
    `AccountKey=${key}`,
    `BlobEndpoint=${blobs}/${account}`,
    `QueueEndpoint=${queues}/${account}`,
    `TableEndpoint=${tables}/${account}`,
    '',
  ].join(';')
