// Floor: what an orchestration must store, and nothing else. One commit for its start and one for each turn: the instance's row, and a
// row of history beside it.
import { randomUUID } from 'node:crypto'
import type { TableClient } from '@azure/data-tables'

/** The events of a turn that takes an activity's result and asks for the next. */
const events = JSON.stringify(
  [12, 5, 4, 13].map((EventType) => ({
    EventType,
    EventId: -1,
    Timestamp: new Date(0).toISOString(),
    Name: 'nothing',
  })),
)

/** @param activities one after the other, so there is one turn more */
export const commitBarely = async (table: TableClient, activities: number): Promise<void> => {
  const partitionKey = randomUUID()
  const instance = { partitionKey, rowKey: 'i', name: 'chain', status: 'Running', execution: randomUUID(), input: '3' }
  await table.createEntity({ ...instance, turns: 0 })
  for (let turns = 1; turns <= activities + 1; turns += 1)
    await table.submitTransaction([
      ['update', { ...instance, turns }, 'Replace'],
      ['create', { partitionKey, rowKey: `h|${turns}`, events }],
    ])
}
