// What is written into assets, and whether it is so; whether what people wrote stays, and contradictions go to a person.
import { defendCandidates, rmmCandidates } from '../../functions/ai/asset-enrichment/asset-candidates.ts'
import { decideAsset } from '../../functions/ai/asset-enrichment/asset-decision.ts'
import { theOne } from '../../functions/ai/asset-enrichment/asset-reading.ts'
import type { Measure } from '../measure.ts'
import { type Part, parts } from '../part.ts'
import { type AssetCase, assetCaseOf, readAt } from './assets.ts'

const feature = 'asset-enrichment'
const assetsMax = 300

export const measureAssets = (part: Part, max: number): readonly Measure[] => {
  const counts = { right: 0, written: 0, due: 0, kept: 0, people: 0, asked: 0, contradicted: 0, needed: 0, proposed: 0 }
  for (let index = 0; index < Math.min(max, assetsMax); index += 1) {
    const one = assetCaseOf(index * parts.length + parts.indexOf(part) + 1)
    const { values, proposals } = decided(one)
    const written = new Map(values.map(({ field, value }) => [field, value]))
    const proposed = new Set(proposals.map(({ field }) => field))
    for (const [field, fate] of one.gold) {
      if (fate.kind === 'either') continue
      const isRight = fate.kind === 'write' && written.get(field) === fate.value
      counts.due += fate.kind === 'write' ? 1 : 0
      counts.right += isRight ? 1 : 0
      counts.written += written.has(field) ? 1 : 0
      counts.proposed += proposed.has(field) ? 1 : 0
      counts.needed += proposed.has(field) && fate.kind === 'propose' ? 1 : 0
    }
    const people = one.fields.filter(({ origin }) => origin !== 'enrichment')
    counts.people += people.length
    counts.kept += people.filter(({ field }) => field !== 'unknown' && !written.has(field)).length
    counts.contradicted += one.contradicted.length
    counts.asked += one.contradicted.filter((field) => proposed.has(field) && !written.has(field)).length
  }
  const score = (name: string, right: number, of: number, bar?: number): Measure => ({ feature, name, right, of, bar })
  return [
    score('values written that are right', counts.right, counts.written, 0.99),
    score('values that may be written, and are', counts.right, counts.due, 0.95),
    score('values of people kept', counts.kept, counts.people, 1),
    score('contradictions proposed and not written', counts.asked, counts.contradicted, 1),
    score('proposals that a person is needed for', counts.needed, counts.proposed, 0.9),
  ]
}

const decided = ({ fields, rmm, defend }: AssetCase) => {
  const candidates = [
    theOne(rmm, (device) => rmmCandidates(device, readAt)),
    theOne(defend, (device) => defendCandidates(device, readAt)),
  ].flatMap((found) => (typeof found === 'string' ? [] : found))
  return decideAsset({ kind: 'device', fields }, candidates)
}
