// Everything that is stored, as text: to see that something is in none of the tables.
import { TableClient, TableServiceClient } from '@azure/data-tables'

/** All rows of all tables, keys included, one JSON document a line. */
export const storedText = async (connectionString: string): Promise<string> => {
  const options = { allowInsecureConnection: true }
  const lines: string[] = []
  for await (const { name } of TableServiceClient.fromConnectionString(connectionString, options).listTables())
    for await (const row of TableClient.fromConnectionString(connectionString, name ?? '', options).listEntities())
      lines.push(JSON.stringify([name, row]))
  return lines.join('\n')
}
