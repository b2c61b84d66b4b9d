// What this suite reads of CMDB's answers. An asset in a state that is not known here is neither active nor retired.
import * as z from 'zod'
import { needing, reading } from '../../schema/reading.ts'
import { CmdbAsset, type CmdbAssetDraft, CmdbAssetPage, CmdbHealth, CmdbProblem } from './contract.ts'

export const ReadCmdbAsset = reading(needing(CmdbAsset, ['externalReference', 'sourceVersion', 'state']))
export type ReadCmdbAsset = z.output<typeof ReadCmdbAsset>

export const ReadCmdbAssetPage = reading(CmdbAssetPage.extend({ assets: z.array(ReadCmdbAsset) }))
export type ReadCmdbAssetPage = z.output<typeof ReadCmdbAssetPage>

/** Another asset than the one asked for is no answer: one would be taken for written, or for retired, that is not. */
export const readCmdbAssetOf = (externalReference: string) => ReadCmdbAsset.refine(isOf(externalReference), other)

const isOf =
  (externalReference: string) =>
  (asset: { readonly externalReference: string }): boolean =>
    asset.externalReference === externalReference

const other = { error: 'This is another asset than the one asked for', path: ['externalReference'] }

const ReadRetiredAsset = reading(needing(CmdbAsset, ['externalReference', 'state']))
export type ReadRetiredAsset = z.output<typeof ReadRetiredAsset>

export const readRetiredOf = (externalReference: string) =>
  ReadRetiredAsset.refine(isOf(externalReference), other).refine(({ state }) => state !== 'active', {
    error: 'The asset was retired, and is active',
    path: ['state'],
  })

export const readStandingAfter = (externalReference: string, { sourceVersion }: CmdbAssetDraft) =>
  readCmdbAssetOf(externalReference)
    .refine((asset) => asset.sourceVersion >= sourceVersion, {
      error: 'The asset stands at a lower version than the one that was put',
      path: ['sourceVersion'],
    })
    .refine((asset) => asset.sourceVersion > sourceVersion || asset.state !== 'retired', {
      error: 'The asset was put, and is retired',
      path: ['state'],
    })

export const ReadCmdbHealth = reading(needing(CmdbHealth, ['status']))
export type ReadCmdbHealth = z.output<typeof ReadCmdbHealth>

export const ReadCmdbProblem = reading(needing(CmdbProblem, []))
