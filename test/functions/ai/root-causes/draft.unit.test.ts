// What may be read for a root cause: whoever sees the ticket sees the note.
import { expect, it } from 'vitest'
import { CauseDraft } from '../../../../functions/ai/root-causes/contract.ts'
import { referenceKinds } from '../../../../shared/context/reference.ts'

it('takes devices, assets, detections and calls, and neither people nor what they pay', () => {
  const taken = Object.entries(referenceKinds)
    .flatMap(([product, kinds]) => kinds.map((kind) => ({ product, kind, id: '1' })))
    .filter((record) => CauseDraft.safeParse({ ticketId: 'T1', records: [record] }).success)
    .map(({ product, kind }) => `${product} ${kind}`)
  expect(taken.toSorted()).toEqual(['cmdb asset', 'defend detection', 'defend device', 'rmm device', 'voice call'])
  const refused = { product: 'people', kind: 'profile', id: '1' }
  expect(CauseDraft.safeParse({ ticketId: 'T1', records: [refused] }).error?.issues).toMatchObject([
    { path: ['records', 0, 'product'], message: 'is no product whose records a root cause is looked for in' },
  ])
})
