// Floor: one function that reads a page of a table with nothing but the SDK. What that costs, every function that reads storage pays.
import { TableClient } from '@azure/data-tables'
import { app } from '@azure/functions'

app.http('bare-table', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'bare-table',
  handler: async () => {
    const client = TableClient.fromConnectionString(process.env['DATA_STORAGE'] ?? '', 'sessions', {
      allowInsecureConnection: true,
    })
    const pages = client.listEntities({ queryOptions: { filter: "PartitionKey eq 'nobody'" } }).byPage()
    const page = await pages.next()
    return { jsonBody: { rows: (page.value as readonly unknown[] | undefined)?.length ?? 0 } }
  },
})
