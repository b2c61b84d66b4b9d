// Whether Azure would take the month from which a budget counts: it says so only in the midst of a deployment.

type Budget = {
  /** `YYYY-MM-01`, as the parameters have it. */
  readonly from: string
  /** The same of the budget that is there; undefined when there is none yet. */
  readonly since: string | undefined
  readonly today: Date
}

/** Azure takes a first month from the present one on, for a year, and no other ever after. @returns what is wrong with it, in words */
export const budgetFault = ({ from, since, today }: Budget): string | undefined => {
  if (since !== undefined)
    return since === from
      ? undefined
      : `budgetFrom is ${from}, but the budget of this environment counts from ${since}, which Azure never changes. Write ${since}.`
  const month = today.toISOString().slice(0, 7)
  const last = new Date(Date.UTC(today.getUTCFullYear() + 1, today.getUTCMonth(), 1)).toISOString().slice(0, 7)
  const asked = from.slice(0, 7)
  if (asked < month)
    return `budgetFrom is ${from}, which is past. A new budget counts from ${month}-01 at the earliest.`
  if (asked > last) return `budgetFrom is ${from}. A new budget counts from ${last}-01 at the latest.`
  return undefined
}
