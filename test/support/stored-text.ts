// Everything that is stored, as text: to see that something is in none of the tables.
import { TableClient, TableServiceClient, odata } from '@azure/data-tables'

/**
 * All rows of all tables, keys included, one JSON document a line.
 * @param since only those written since then: a storage that others write to as well has thousands of rows
 */
export const storedText = async (
  connectionString: string,
  { since }: { readonly since?: Date } = {},
): Promise<string> => {
  const options = { allowInsecureConnection: true }
  const queryOptions = since && { filter: odata`Timestamp ge ${since}` }
  const lines: string[] = []
  for await (const { name } of TableServiceClient.fromConnectionString(connectionString, options).listTables())
    for await (const row of TableClient.fromConnectionString(connectionString, name ?? '', options).listEntities({
      ...(queryOptions && { queryOptions }),
    }))
      lines.push(JSON.stringify([name, row]))
  return lines.join('\n')
}
