// How often a stand-in was asked, by tenant and operation: how a test sees retries, and that nothing was sent at all.

export const createRequestCounts = () => {
  const byTenant = new Map<string, Map<string, number>>()
  return {
    add: (operation: string, tenantId = ''): void => {
      const counts = byTenant.get(tenantId) ?? new Map<string, number>()
      counts.set(operation, (counts.get(operation) ?? 0) + 1)
      byTenant.set(tenantId, counts)
    },
    /** Of one tenant, or without one of all together. */
    list: (tenantId?: string): Readonly<Record<string, number>> => {
      const sum: Record<string, number> = {}
      for (const [tenant, counts] of byTenant)
        if (tenantId === undefined || tenant === tenantId)
          for (const [operation, count] of counts) sum[operation] = (sum[operation] ?? 0) + count
      return sum
    },
    reset: (tenantId?: string): void => {
      if (tenantId === undefined) byTenant.clear()
      else byTenant.delete(tenantId)
    },
  }
}
export type RequestCounts = ReturnType<typeof createRequestCounts>
