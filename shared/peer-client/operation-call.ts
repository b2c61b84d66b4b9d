// Makes the operations of a contract: what the contract says of each is checked and sent, what is read of the answer the caller says.
import type { Reading } from '../schema/reading.ts'
import { checkedFor } from './checked-argument.ts'
import type { BodyGiven, PathParams, PeerContract, PeerOperation } from './operation.ts'
import { wordsOf } from './operation.ts'
import { type PeerAnswer, type PeerAnswers, noTenant } from './peer-call.ts'
import type { PeerClient } from './peer-client.ts'
import { peerPath } from './peer-path.ts'

type Declared<Operation extends PeerOperation> = {
  readonly [Status in keyof Operation['answers']]?: Reading
}

type Input<Operation extends PeerOperation, Answers> = {
  readonly answers: Answers
  readonly query?: Operation extends { readonly query: readonly (infer Name extends string)[] }
    ? { readonly [Key in Name]?: string | number | undefined }
    : never
} & (Operation extends { readonly tenantless: true } ? unknown : { readonly tenantId: string }) &
  (Operation extends { readonly asUser: true } ? { readonly userId: string } : unknown) &
  (unknown extends PathParams<Operation['path']> ? unknown : { readonly params: PathParams<Operation['path']> }) &
  (BodyGiven<Operation> extends undefined ? unknown : { readonly body: BodyGiven<Operation> })

/** What an erased operation is called with. */
type AnyInput = {
  readonly answers: PeerAnswers
  readonly tenantId?: string
  readonly userId?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
}

export type OperationCall<Contract extends PeerContract> = <
  const Name extends keyof Contract['operations'] & string,
  const Answers extends PeerAnswers & Declared<Contract['operations'][Name]>,
>(
  name: Name,
  input: Input<Contract['operations'][Name], Answers>,
) => Promise<PeerAnswer<Answers>>

/**
 * The call throws the errors of `PeerClient.call`, and `validation-failed` before anything is sent for an id or a body that breaks the
 * contract. It resolves with one of the statuses for which the caller says what it reads.
 */
export const operationCall = <const Contract extends PeerContract>(
  peer: PeerClient,
  contract: Contract,
): OperationCall<Contract> => {
  const call = (name: string, { tenantId, userId, params, query, body, answers }: AnyInput): Promise<unknown> => {
    const operation = contract.operations[name]
    if (!operation) throw new Error(`The contract of ${contract.name} has no operation ${name}.`)
    const checked = checkedFor(contract.name)
    for (const [param, schema] of Object.entries(operation.params ?? {})) checked(schema, params?.[param], param)
    const [bodyName, bodySchema] = Object.entries(operation.body ?? {})[0] ?? []
    return peer.call({
      operation: wordsOf(name),
      tenantId: tenantId ?? noTenant,
      method: operation.method,
      path: peerPath(operation.path, params ?? {}),
      ...(query && { query }),
      headers: {
        ...named(contract.headers.tenant, tenantId),
        ...named(contract.headers.user, operation.asUser && userId),
      },
      ...(bodyName !== undefined && bodySchema && { body: checked(bodySchema, body, bodyName) }),
      answers,
      ...(operation.repeatable && { idempotent: true }),
      ...(operation.isSecret && { isSecret: true }),
      ...(operation.fileBytesMax !== undefined && { fileBytesMax: operation.fileBytesMax }),
    })
  }
  return call as unknown as OperationCall<Contract>
}

const named = (header: string | undefined, value: string | undefined): Readonly<Record<string, string>> =>
  header === undefined || value === undefined ? {} : { [header]: value }
