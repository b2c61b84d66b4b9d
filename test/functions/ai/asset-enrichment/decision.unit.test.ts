// What CMDB is to write of what RMM, Defend and The One Code know, and what a person is only shown.
import { describe, expect, it } from 'vitest'
import {
  applicationCandidates,
  defendCandidates,
  repositoryCandidates,
  rmmCandidates,
} from '../../../../functions/ai/asset-enrichment/asset-candidates.ts'
import { decideAsset } from '../../../../functions/ai/asset-enrichment/asset-decision.ts'
import type { ReadCmdbAssetFields } from '../../../../shared/peers/cmdb/enrichment-client.ts'
import type { ReadDefendDeviceView } from '../../../../shared/peers/defend/view-client.ts'
import type { ReadRmmDevice } from '../../../../shared/peers/rmm/client.ts'

const now = new Date('2026-11-02T10:00:00.000Z')
const managed = (given: Partial<ReadRmmDevice> = {}): ReadRmmDevice => ({
  id: 'device-1',
  name: 'srv',
  operatingSystem: 'Windows Server 2025 Standard',
  serialNumber: 'SN-1',
  lastSeenAt: '2026-11-02T09:00:00.000Z',
  url: 'https://rmm.example/devices/device-1',
  ...given,
})
const defended = (given: Partial<ReadDefendDeviceView> = {}): ReadDefendDeviceView => ({
  id: 'd-7',
  hostname: 'srv',
  lastSeenAt: '2026-11-02T09:30:00.000Z',
  url: 'https://defend.example/devices/d-7',
  ...given,
})
const asset = (fields: ReadCmdbAssetFields['fields'] = []) => ({ kind: 'device' as const, fields })
const valueOf = (decided: ReturnType<typeof decideAsset>, field: string) =>
  decided.values.find((value) => value.field === field)

describe('a field of a device', () => {
  it('that is empty is written with the record, the member and the time that it is from', () => {
    const decided = decideAsset(asset(), rmmCandidates(managed(), now))
    expect(valueOf(decided, 'serialNumber')).toEqual({
      field: 'serialNumber',
      value: 'SN-1',
      confidence: 0.95,
      provenance: [{ product: 'rmm', recordId: 'device-1', member: 'serialNumber', readAt: now.toISOString() }],
    })
    expect(decided.proposals).toEqual([])
  })

  it.each(['person', 'unknown'] as const)('of origin "%s" is never written, and what differs is shown', (origin) => {
    const known = asset([{ field: 'serialNumber', value: 'SN-9', origin }])
    const decided = decideAsset(known, rmmCandidates(managed(), now))
    expect(valueOf(decided, 'serialNumber')).toBeUndefined()
    expect(decided.proposals).toMatchObject([{ field: 'serialNumber', value: 'SN-1', why: 'differs-from-record' }])
  })

  it('that an earlier enrichment wrote follows what is so now', () => {
    const known = asset([{ field: 'lastSeenAt', value: '2026-10-01T00:00:00.000Z', origin: 'enrichment' }])
    const decided = decideAsset(known, rmmCandidates(managed(), now))
    expect(valueOf(decided, 'lastSeenAt')).toMatchObject({ value: '2026-11-02T09:00:00.000Z' })
  })

  it('is none where firmware says what nobody has filled in', () => {
    for (const serialNumber of ['To be filled by O.E.M.', 'Default string', '0000000', 'None'])
      expect(
        valueOf(decideAsset(asset(), rmmCandidates(managed({ serialNumber }), now)), 'serialNumber'),
      ).toBeUndefined()
    const unharmed = defendCandidates(defended({ openDetections: [] }), now)
    expect(valueOf(decideAsset(asset(), unharmed), 'exposure')).toMatchObject({ value: 'none' })
  })

  it('of a device that is seen in the future is only proposed, and the time is not told', () => {
    const decided = decideAsset(asset(), rmmCandidates(managed({ lastSeenAt: '2027-11-02T09:00:00.000Z' }), now))
    expect(decided.values).toEqual([])
    expect(decided.proposals.map(({ field }) => field)).toEqual(['operatingSystem', 'serialNumber'])
  })

  it.each([
    ['operatingSystem', 'windows server 2025'],
    ['memoryGb', '16 GB'],
  ] as const)('that a person wrote in other words is no question: %s', (field, value) => {
    const known = asset([{ field, value, origin: 'person' }])
    const decided = decideAsset(known, rmmCandidates(managed({ memoryGb: 16 }), now))
    expect(decided.proposals).toEqual([])
  })

  it.each([
    ['Ubuntu 24.04.1 LTS', 'Ubuntu Linux 24.04', 'Ubuntu 24.04.1 LTS'],
    ['Debian GNU/Linux 12', 'Debian 12', 'Debian GNU/Linux 12'],
    ['Ubuntu 24.04.1 LTS', 'Ubuntu 22.04', undefined],
  ])('of which RMM says %s and Defend %s is %s', (exact, other, written) => {
    const decided = decideAsset(asset(), [
      ...rmmCandidates(managed({ operatingSystem: exact }), now),
      ...defendCandidates(defended({ operatingSystem: other }), now),
    ])
    expect(valueOf(decided, 'operatingSystem')?.value).toBe(written)
  })

  it('of which two products say different things is written by neither', () => {
    const candidates = [
      ...rmmCandidates(managed(), now),
      ...defendCandidates(defended({ operatingSystem: 'Ubuntu 24.04' }), now),
    ]
    const decided = decideAsset(asset(), candidates)
    expect(valueOf(decided, 'operatingSystem')).toBeUndefined()
    expect(decided.proposals.map(({ field, value, why }) => [field, value, why])).toEqual([
      ['operatingSystem', 'Windows Server 2025 Standard', 'products-differ'],
      ['operatingSystem', 'Ubuntu 24.04', 'products-differ'],
    ])
  })

  it('that one product says less exactly is that of the other, from both', () => {
    const candidates = [
      ...rmmCandidates(managed(), now),
      ...defendCandidates(defended({ operatingSystem: 'Windows Server 2025' }), now),
    ]
    expect(valueOf(decideAsset(asset(), candidates), 'operatingSystem')).toMatchObject({
      value: 'Windows Server 2025 Standard',
      confidence: 0.95,
      provenance: [{ product: 'rmm' }, { product: 'defend' }],
    })
  })

  it('that was measured is that of the latest measurement', () => {
    const candidates = [...rmmCandidates(managed(), now), ...defendCandidates(defended(), now)]
    expect(valueOf(decideAsset(asset(), candidates), 'lastSeenAt')).toMatchObject({
      value: '2026-11-02T09:30:00.000Z',
      provenance: [{ product: 'defend' }],
    })
  })

  it('of a device that was not seen for a month is only shown, but for when it was seen', () => {
    const decided = decideAsset(asset(), rmmCandidates(managed({ lastSeenAt: '2026-09-01T00:00:00.000Z' }), now))
    expect(decided.values.map(({ field }) => field)).toEqual(['lastSeenAt'])
    expect(decided.proposals).toMatchObject([
      { field: 'operatingSystem', why: 'less-certain', confidence: 0.6 },
      { field: 'serialNumber', why: 'less-certain' },
    ])
  })

  it('is never who was signed in: that is somebody’s own matter, and says nothing of whose the device is', () => {
    const candidates = rmmCandidates(managed({ lastUser: 'ann.lee' }), now)
    expect(JSON.stringify(candidates)).not.toContain('ann.lee')
  })

  it.each([
    [{ status: 'up_to_date', missing: [] }, 'up to date'],
    [{ status: 'failed', missing: [] }, 'the last installation failed'],
    [
      {
        status: 'missing',
        missing: [
          { title: 'KB1', severity: 'low' },
          { title: 'KB2', severity: 'critical' },
        ],
      },
      '2 missing, the most severe is critical',
    ],
    [{ status: 'unknown', missing: [] }, undefined],
  ] as const)('tells of patches %j: %s', (patches, told) => {
    const candidates = rmmCandidates(managed({ patches: patches as unknown as ReadRmmDevice['patches'] }), now)
    expect(candidates.find(({ field }) => field === 'patchState')?.value).toBe(told)
  })

  it.each([
    [undefined, undefined],
    [[], 'none'],
    [['low', 'critical'], 'critical: 2 open detections'],
    [['unknown'], undefined],
  ] as const)('tells of open detections %j: %s', (severities, told) => {
    const openDetections = severities?.map((severity, index) => ({
      id: `x${index}`,
      title: 't',
      severity,
      detectedAt: now.toISOString(),
    }))
    const candidates = defendCandidates(defended({ openDetections }), now)
    expect(candidates.find(({ field }) => field === 'exposure')?.value).toBe(told)
  })

  it('of applications that are only known by name is shown, all of them at once', () => {
    const applications = [
      { externalReference: 'repo-2', name: 'shop' },
      { externalReference: 'repo-1', name: 'billing' },
    ]
    const candidates = applicationCandidates({ applications } as ReadCmdbAssetFields, now)
    expect(decideAsset(asset(), candidates)).toMatchObject({
      values: [],
      proposals: [
        {
          field: 'hostedApplications',
          value: 'billing, shop',
          why: 'less-certain',
          provenance: [{ recordId: 'repo-2' }, { recordId: 'repo-1' }],
        },
      ],
    })
  })
})

describe('a field of software', () => {
  const attributes = { repositoryUrl: 'https://git.example/a.git', techStack: ['TypeScript', 'SQL'] }
  const candidates = repositoryCandidates(
    { externalReference: 'repo-1', sourceVersion: 1, state: 'active', attributes } as never,
    now,
  )

  it('is what The One Code says of its repository', () => {
    expect(decideAsset({ kind: 'software', fields: [] }, candidates).values).toMatchObject([
      { field: 'repositoryUrl', value: 'https://git.example/a.git', provenance: [{ product: 'code' }] },
      { field: 'technologies', value: 'TypeScript, SQL' },
    ])
  })

  it('is the same address with another ending, and none of a kind that is not known', () => {
    const fields = [{ field: 'repositoryUrl', value: 'https://git.example/a/', origin: 'person' }] as const
    expect(decideAsset({ kind: 'software', fields: [...fields] }, candidates).proposals).toEqual([])
    expect(decideAsset({ kind: 'unknown', fields: [] }, candidates)).toEqual({ values: [], proposals: [] })
  })
})
