// Whose data the rows of a kind are (R12), as data: from this alone, what is kept of an organization, a client or a person is exported and deleted.

/** A member of the row, or of what is in it: `revoked.by`. Lists on the way are walked. */
type Path = string

/** Kinds of things by which other rows are found that belong to the same client or person. */
export type LinkName = 'organization' | 'repository' | 'fingerprint' | 'reference' | 'project' | 'key'
type Links = Readonly<Partial<Record<LinkName, readonly Path[]>>>

export type SubjectKind = 'tenant' | 'client' | 'person'

export type OwnedData = {
  /** Where the id of the organization is, bare or as `tenant:<id>`. */
  readonly tenant: readonly Path[]
  /** Where the id of the client is. What a row says itself counts more than what leads to it. */
  readonly client?: readonly Path[]
  /** Whose row it is: the id of a person, bare or as `user:<id>`. */
  readonly person?: readonly Path[]
  /** People who are named in a row of the organization. When their data is deleted the name goes, and the row stays. */
  readonly names?: readonly Path[]
  /** Members with ids of things: it belongs to whom the thing belongs to. */
  readonly through?: Links
  /** Things that belong to whom this row belongs to. */
  readonly leadsTo?: Links
  /** Made from what many have, and made again when it is gone: it goes with the data of any client and any person of the organization. */
  readonly isRemade?: true
  /** Why it stays when the data of such a subject is deleted. */
  readonly keptOn?: Readonly<Partial<Record<SubjectKind, string>>>
  /** Hashes and what is sealed: of no use to anybody but us, and left out of an export. */
  readonly secret?: readonly Path[]
}

/** Nobody's, and why. */
export type NobodysData = { readonly nobody: string }

export type DataOf = OwnedData | NobodysData
