// Decides whether a row belongs to an organization, a client or a person, by what its kind says of itself.
import { AppError } from '../errors.ts'
import type { LinkName, OwnedData, SubjectKind } from '../store/data-of.ts'

/** Ids of clients and people are those of one organization. */
export type Subject =
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'client' | 'person'; readonly tenantId: string; readonly id: string }

/** The things by which other rows of the subject are found. */
export type Found = { readonly own: Set<string>; readonly others: Set<string> }

export const newFound = (): Found => ({ own: new Set(), others: new Set() })

/** `owned`: it is the subject's. `named`: it is the organization's, and names the person. `remade`: nobody can say, and it can be made again. */
export type Bond = 'owned' | 'named' | 'remade' | 'none'

const linksMax = 200_000
const prefixOf: Readonly<Record<SubjectKind, string>> = { tenant: 'tenant', client: 'client', person: 'user' }

export const bondOf = (dataOf: OwnedData, row: object, subject: Subject, found: Found): Bond => {
  if (!holds(row, dataOf.tenant, 'tenant', subject.tenantId)) return 'none'
  if (subject.kind === 'tenant') return 'owned'
  const paths = dataOf[subject.kind] ?? []
  if (holds(row, paths, subject.kind, subject.id)) return 'owned'
  const saysOther = subject.kind === 'client' && paths.some((path) => valuesAt(row, path).length > 0)
  if (!saysOther && leadsHere(dataOf, row, found)) return 'owned'
  if (subject.kind === 'person' && holds(row, dataOf.names ?? [], 'person', subject.id)) return 'named'
  return dataOf.isRemade ? 'remade' : 'none'
}

/** Remembers what a row leads to: whose it is follows from whose the row is. @returns whether something is new */
export const follow = (dataOf: OwnedData, row: object, subject: Subject, found: Found): boolean => {
  if (subject.kind === 'tenant' || dataOf.leadsTo === undefined) return false
  const bond = bondOf(dataOf, row, subject, found)
  const saysOther =
    bond === 'none' && subject.kind === 'client' && (dataOf.client ?? []).some((path) => valuesAt(row, path).length > 0)
  if (bond !== 'owned' && !saysOther) return false
  const set = saysOther ? found.others : found.own
  const before = set.size
  for (const [name, paths] of Object.entries(dataOf.leadsTo))
    for (const path of paths) for (const value of valuesAt(row, path)) set.add(linkOf(name as LinkName, value))
  if (set.size > linksMax)
    throw new AppError('value-too-large', `More than ${linksMax} things lead to rows of this ${subject.kind}.`)
  return set.size > before
}

/** The row without the person's name in it. */
export const withoutName = (dataOf: OwnedData, row: object, personId: string): object =>
  (dataOf.names ?? []).reduce<object>((value, path) => replacedAt(value, path.split('.'), personId), row)

/** A row that names the person, without the other people in it: their ids are nobody's business but theirs. */
export const withoutOthers = (dataOf: OwnedData, row: object, personId: string): object => {
  const isOther = (member: unknown): boolean => typeof member === 'string' && !isId(member, 'person', personId)
  const isOtherUser = (member: unknown): boolean => isOther(member) && String(member).startsWith('user:')
  const own = (dataOf.person ?? []).reduce<object>((value, path) => mapped(value, path.split('.'), isOther, other), row)
  return (dataOf.names ?? []).reduce<object>((value, path) => mapped(value, path.split('.'), isOtherUser, other), own)
}

/** What stands for a person whose data was deleted, and for another one in an export. */
const [erased, other] = ['user:erased', 'user:another']

const replacedAt = (value: object, path: readonly string[], personId: string): object =>
  mapped(value, path, (member) => isId(member, 'person', personId), erased)

/** With `mark` instead of what is there and fits; lists on the way are walked. */
const mapped = (
  value: object,
  [name = '', ...rest]: readonly string[],
  fits: (member: unknown) => boolean,
  mark: string,
): object => {
  const changed = (member: unknown): unknown => {
    if (Array.isArray(member)) return member.map(changed)
    if (rest.length === 0) return fits(member) ? mark : member
    return typeof member === 'object' && member !== null ? mapped(member, rest, fits, mark) : member
  }
  const member: unknown = Reflect.get(value, name)
  return member === undefined ? value : { ...value, [name]: changed(member) }
}

const leadsHere = ({ through = {} }: OwnedData, row: object, { own, others }: Found): boolean => {
  const links = Object.entries(through).flatMap(([name, paths]) =>
    paths.flatMap((path) => valuesAt(row, path).map((value) => linkOf(name as LinkName, value))),
  )
  return links.some((link) => own.has(link)) && !links.some((link) => others.has(link))
}

const linkOf = (name: LinkName, value: string): string => `${name} ${value}`

const isId = (value: unknown, kind: SubjectKind, id: string): boolean =>
  value === id || value === `${prefixOf[kind]}:${id}`

const holds = (row: object, paths: readonly string[], kind: SubjectKind, id: string): boolean =>
  paths.some((path) => valuesAt(row, path).some((value) => isId(value, kind, id)))

/** The texts at a path, through lists; none where there is nothing, or an empty text, which stands for nothing. */
const valuesAt = (row: unknown, path: string): readonly string[] => {
  let values: readonly unknown[] = [row]
  for (const name of path.split('.'))
    values = values.flatMap((value): readonly unknown[] => {
      const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
      return Array.isArray(member) ? member : [member]
    })
  return values.filter((value): value is string => typeof value === 'string' && value !== '')
}
