// What this suite asks of The One CMDB, as functions over the contract.
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { type OperationCall, operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import {
  type ReadCmdbAsset,
  ReadCmdbAssetPage,
  ReadCmdbHealth,
  ReadCmdbProblem,
  type ReadRetiredAsset,
  readCmdbAssetOf,
  readRetiredOf,
  readStandingAfter,
} from './answers.ts'
import { type CmdbAssetDraft, CmdbPageRequest, type CmdbRetirement } from './contract.ts'
import { cmdbContract } from './operations.ts'
import { type CmdbEnrichmentClient, createCmdbEnrichmentClient } from './enrichment-client.ts'
import { type CmdbViewClient, createCmdbViewClient } from './view-client.ts'

const checked = checkedFor('CMDB')

/**
 * Every function throws the `AppError`s of `PeerClient.call`, and `validation-failed` before anything is sent when an argument
 * breaks the contract. All are safe to repeat.
 */
export type CmdbClient = CmdbViewClient &
  CmdbEnrichmentClient & {
    /**
     * The asset as it stands afterwards.
     * - `created`: CMDB had no such asset
     * - `current`: it stands at the draft's `sourceVersion`, and is active
     * - `superseded`: CMDB has a higher version, and the draft changed nothing: a retired asset is still retired
     */
    readonly putAsset: (
      tenantId: string,
      externalReference: string,
      draft: CmdbAssetDraft,
    ) => Promise<{ readonly outcome: 'created' | 'current' | 'superseded'; readonly asset: ReadCmdbAsset }>
    /** `retired`: by this call or an earlier one, whose reason it keeps. */
    readonly retireAsset: (
      tenantId: string,
      externalReference: string,
      retirement: CmdbRetirement,
    ) => Promise<
      { readonly outcome: 'retired'; readonly asset: ReadRetiredAsset } | { readonly outcome: 'asset-not-found' }
    >
    readonly getAsset: (tenantId: string, externalReference: string) => Promise<ReadCmdbAsset | undefined>
    /** In the order of external references. */
    readonly listAssets: (tenantId: string, page?: CmdbPageRequest) => Promise<ReadCmdbAssetPage>
    /** Resolves when CMDB answers and accepts the key. */
    readonly checkHealth: (tenantId: string) => Promise<ReadCmdbHealth>
  }

type Call = OperationCall<typeof cmdbContract>

/** @param connection a client that exists already, or what to make one from */
export const createCmdbClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): CmdbClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'cmdb' })
  const call = operationCall(peer, cmdbContract)

  return {
    ...assetReads(call),
    ...createCmdbViewClient(call),
    ...createCmdbEnrichmentClient(call),
    ...assetChanges(call),
    checkHealth: async (tenantId) => {
      const { body } = await call('checkHealth', { tenantId, answers: { 200: ReadCmdbHealth } })
      return body
    },
  }
}

const assetChanges = (call: Call): Pick<CmdbClient, 'putAsset' | 'retireAsset'> => ({
  putAsset: async (tenantId, externalReference, draft) => {
    const standing = readStandingAfter(externalReference, draft)
    const { status, body: asset } = await call('putAsset', {
      tenantId,
      params: { externalReference },
      body: draft,
      answers: { 200: standing, 201: standing },
    })
    if (status === 201) return { outcome: 'created', asset }
    return { outcome: asset.sourceVersion === draft.sourceVersion ? 'current' : 'superseded', asset }
  },
  retireAsset: async (tenantId, externalReference, retirement) => {
    const answer = await call('retireAsset', {
      tenantId,
      params: { externalReference },
      body: retirement,
      answers: { 200: readRetiredOf(externalReference), 404: ReadCmdbProblem },
    })
    return answer.status === 200 ? { outcome: 'retired', asset: answer.body } : { outcome: 'asset-not-found' }
  },
})

const assetReads = (call: Call): Pick<CmdbClient, 'getAsset' | 'listAssets'> => ({
  getAsset: async (tenantId, externalReference) => {
    const answer = await call('getAsset', {
      tenantId,
      params: { externalReference },
      answers: { 200: readCmdbAssetOf(externalReference), 404: ReadCmdbProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
  listAssets: async (tenantId, page = {}) => {
    const { body } = await call('listAssets', {
      tenantId,
      query: checked(CmdbPageRequest, page, 'page'),
      answers: { 200: ReadCmdbAssetPage },
    })
    return body
  },
})
