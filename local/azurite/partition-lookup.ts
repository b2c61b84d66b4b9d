// Azurite goes through all rows of a table for every query, and for every point read through all rows that have the row key in question,
// which are as many as there are tenants. Here it is led to the partition that is asked for. What it finds there stays its own business.

type Query = Readonly<Record<string, unknown>>
type RowOfStore = { readonly PartitionKey: string; readonly RowKey: string }
/** Of LokiJS 1.5, in which Azurite keeps its rows. */
type ResultSet = {
  readonly find: (query: Query) => ResultSet
  readonly where: (matches: (row: RowOfStore) => boolean) => ResultSet
}
type Collection = {
  findOne: (query: Query) => unknown
  readonly chain: () => ResultSet
  readonly ensureIndex: (field: string) => void
  /** First and last place in the index; the last is before the first when there are none. */
  readonly calculateRange: (operator: '$eq', field: string, value: unknown) => readonly [number, number]
}
type TableStore = {
  getEntityCollection: (...given: unknown[]) => Collection
  queryTableEntities: (
    context: unknown,
    account: unknown,
    table: unknown,
    options: { readonly filter?: string },
    ...next: unknown[]
  ) => Promise<unknown>
}

/** @param store the class `LokiTableMetadataStore` of Azurite 3.37 */
export const lookUpByPartition = ({ prototype }: { readonly prototype: TableStore }): void => {
  const { getEntityCollection, queryTableEntities } = prototype
  prototype.getEntityCollection = function (...given) {
    const collection = getEntityCollection.apply(this, given)
    if (!Object.hasOwn(collection, 'findOne')) collection.findOne = rarestFirst(collection)
    return collection
  }
  prototype.queryTableEntities = function (context, account, table, options, ...next) {
    const range = rangeOf(options.filter)
    const store = range ? withinRange(this, range) : this
    return queryTableEntities.call(store, context, account, table, options, ...next)
  }
}

/** LokiJS takes the first field from its index, and goes through what it finds for the others. */
const rarestFirst = (collection: Collection): Collection['findOne'] => {
  const { findOne } = collection
  const countOf = (field: string, value: unknown): number => {
    collection.ensureIndex(field)
    const [first, last] = collection.calculateRange('$eq', field, value)
    return last - first + 1
  }
  return (query) => {
    const { PartitionKey, RowKey, ...others } = query
    const isByKey = typeof PartitionKey === 'string' && typeof RowKey === 'string' && Object.keys(others).length === 0
    if (!isByKey) return findOne.call(collection, query)
    const isPartitionRarer = countOf('PartitionKey', PartitionKey) < countOf('RowKey', RowKey)
    return findOne.call(collection, isPartitionRarer ? { PartitionKey, RowKey } : { RowKey, PartitionKey })
  }
}

type Range = { readonly partitionKey: string; readonly isWithin: (rowKey: string) => boolean }

const condition = String.raw`(?:PartitionKey|RowKey) (?:eq|gt|ge|lt|le) '[^']*'`
const conjunction = new RegExp(`^${condition}(?: and ${condition})*$`)

/** Undefined for a filter that is more than conditions on keys, all of which have to be met, within one partition. */
const rangeOf = (filter = ''): Range | undefined => {
  if (!conjunction.test(filter)) return undefined
  const conditions = [...filter.matchAll(/(PartitionKey|RowKey) (eq|gt|ge|lt|le) '([^']*)'/g)]
  const partition = conditions.find(([, field, operator]) => field === 'PartitionKey' && operator === 'eq')
  if (!partition) return undefined
  const bounds = conditions.filter(([, field]) => field === 'RowKey')
  return {
    partitionKey: partition[3] ?? '',
    isWithin: (rowKey) =>
      bounds.every(([, , operator = '', value = '']) => compared[operator]?.(rowKey, value) ?? true),
  }
}

const compared: Readonly<Record<string, (one: string, other: string) => boolean>> = {
  eq: (one, other) => one === other,
  gt: (one, other) => one > other,
  ge: (one, other) => one >= other,
  lt: (one, other) => one < other,
  le: (one, other) => one <= other,
}

/** The store, but that its collections begin with what is in the range. */
const withinRange = (store: TableStore, { partitionKey, isWithin }: Range): TableStore => {
  const getEntityCollection: TableStore['getEntityCollection'] = (...given) => {
    const collection = store.getEntityCollection(...given)
    const chain: Collection['chain'] = () =>
      collection
        .chain()
        .find({ PartitionKey: partitionKey })
        .where(({ RowKey }) => isWithin(RowKey))
    return Object.create(collection, { chain: { value: chain } }) as Collection
  }
  return Object.create(store, { getEntityCollection: { value: getEntityCollection } }) as TableStore
}
