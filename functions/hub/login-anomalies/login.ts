// A login of one person, as anomalies are told from it.

/** What kind of network an address belongs to, where Hub tells it. A country says nothing of who comes out of the first three. */
export const networks = ['mobile', 'vpn', 'hosting', 'other'] as const
export type Network = (typeof networks)[number]

export type Login = {
  /** Of the event. */
  readonly id: string
  /** In milliseconds since 1970. */
  readonly at: number
  readonly isSuccess: boolean
  /** ISO 3166-1, two letters. */
  readonly country?: string | undefined
  /** Where Hub tells no country, it was looked up by the address. */
  readonly isLookedUp?: boolean | undefined
  /** A digest: which device it is matters to nobody, only whether it is the same. */
  readonly device?: string | undefined
  readonly network?: Network | undefined
}

/** Carriers bring people of many countries to one exit, and VPNs and clouds are wherever their servers are. */
export const tellsPlace = ({ network }: Pick<Login, 'network'>): boolean => network === undefined || network === 'other'

export const anomalyKinds = ['burst', 'new_country', 'new_device', 'impossible_travel', 'unusual_hour'] as const
export type AnomalyKind = (typeof anomalyKinds)[number]

export type Anomaly = { readonly kind: AnomalyKind; readonly text: string }
