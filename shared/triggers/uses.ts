// What a function reaches beyond the settings that it needs: the deployment gives its app the roles and the settings for just that.

export type Uses = {
  /** Queues that it sends to, beside the one that it receives from. */
  readonly sendsTo?: readonly string[] | 'every queue'
  /** Models are asked. */
  readonly models?: true
  /** Keys of organizations are made, registered with products and deleted. Reading them follows from the products that are called. */
  readonly rotatesKeys?: true
  /** Keys of organizations are made and kept in their vault, and no product is told of them. */
  readonly makesKeys?: true
  /** Secrets of the key vault that no setting names: read alone, or retired as well. */
  readonly secrets?: Readonly<Record<string, 'reads' | 'rotates'>>
}
