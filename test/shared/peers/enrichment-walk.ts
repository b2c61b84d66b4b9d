// What CMDB, RMM and Defend answer when an asset is enriched.
import type { CmdbClient } from '../../../shared/peers/cmdb/client.ts'
import { CmdbProblem } from '../../../shared/peers/cmdb/contract.ts'
import {
  CmdbAssetFields,
  CmdbEnrichment,
  type CmdbEnrichmentDraft,
  CmdbEnrichmentExists,
  CmdbEnrichmentList,
  CmdbOpenAssets,
} from '../../../shared/peers/cmdb/enrichment-contract.ts'
import { NoSuchRecord } from '../../../shared/peers/user-read/contract.ts'
import type { PeerWalk } from './peer-walk.ts'

const time = '2026-11-22T10:00:00.123Z'
const problem = { type: 'about:blank', title: 'None', status: 404, detail: 'There is none.' }

const assetFields = {
  externalReference: 'a1',
  name: 'fin-srv-02',
  kind: 'device',
  fields: [{ field: 'model', value: 'PowerEdge', origin: 'person' }],
  repositoryAsset: 'repo-1',
  applications: [{ externalReference: 'repo-2', name: 'billing' }],
  version: 'v1',
}
export const assetEnrichmentDraft: CmdbEnrichmentDraft = {
  externalReference: 'e1',
  assetReference: 'a1',
  expectedVersion: 'v1',
  values: [],
  proposals: [],
}
const enrichment = {
  id: 'en1',
  externalReference: 'e1',
  written: ['model'],
  url: 'https://cmdb.example/assets/a1',
  createdAt: time,
}
const needed = ['id', 'externalReference', 'written', 'url']

export const assetEnrichmentWalk: Pick<
  PeerWalk<CmdbClient>['answers'],
  'readFields' | 'createEnrichment' | 'findEnrichmentByReference' | 'listOpenAssets'
> = {
  readFields: [
    {
      status: 200,
      contract: CmdbAssetFields,
      body: assetFields,
      ask: (cmdb) => cmdb.readFields('t1', 'a1'),
      needed: [
        'externalReference',
        'name',
        'kind',
        'version',
        'fields',
        'fields[].field',
        'fields[].value',
        'fields[].origin',
      ],
      shows: { from: [], to: [] },
    },
    {
      status: 404,
      contract: NoSuchRecord,
      body: problem,
      ask: (cmdb) => cmdb.readFields('t1', 'a1'),
      needed: [],
    },
  ],
  createEnrichment: [
    {
      status: 201,
      contract: CmdbEnrichment,
      body: enrichment,
      ask: (cmdb) => cmdb.createEnrichment('t1', assetEnrichmentDraft),
      needed,
      shows: { from: [], to: ['enrichment'] },
    },
    {
      status: 409,
      contract: CmdbEnrichmentExists,
      body: { title: 'It exists', status: 409, enrichment },
      ask: (cmdb) => cmdb.createEnrichment('t1', assetEnrichmentDraft),
      needed: ['enrichment', ...needed.map((name) => `enrichment.${name}`)],
      shows: { from: ['enrichment'], to: ['enrichment'] },
    },
    {
      status: 412,
      contract: CmdbProblem,
      body: { ...problem, status: 412 },
      ask: (cmdb) => cmdb.createEnrichment('t1', assetEnrichmentDraft),
      needed: [],
    },
  ],
  findEnrichmentByReference: [
    {
      status: 200,
      contract: CmdbEnrichmentList,
      body: { enrichments: [enrichment] },
      ask: (cmdb) => cmdb.findEnrichmentByReference('t1', 'e1'),
      needed: ['enrichments', ...needed.map((name) => `enrichments[].${name}`)],
      shows: { from: ['enrichments', 0], to: [] },
    },
  ],
  listOpenAssets: [
    {
      status: 200,
      contract: CmdbOpenAssets,
      body: { assets: [{ externalReference: 'a1' }] },
      ask: (cmdb) => cmdb.listOpenAssets('t1', 50),
      needed: ['assets', 'assets[].externalReference'],
    },
  ],
}
