import { describe, expect, it } from 'vitest'
import { accessChangeOf } from '../../../../functions/hub/session-cutoffs/access-change.ts'
import { type Event, readEvent } from '../../../../shared/bus/event.ts'

const state = { status: 'active', org_role: 'member', products: ['code', 'ai'] }

const changeBy = (data: object, type = 'hub.iam.permission_changed') =>
  accessChangeOf(
    readEvent(
      {
        specversion: '1.0',
        id: 'e-1',
        source: '/products/hub',
        type,
        tenantid: 't',
        data: { user_id: 'u-1', ...data },
      },
      { sentBy: 'hub', receivedAt: new Date() },
    ) as Event<'hub.iam.permission_changed'>,
  )

describe('what a change of a user takes away', () => {
  it('is told by the products that are known here, whatever else is added', () => {
    const before = { ...state, products: ['code', 'telepathy', 'ai'], later: 1 }
    expect(changeBy({ before, after: { ...state, products: ['AI'] }, reason: 'left the team' })).toEqual({
      isDeactivated: false,
      isUntold: false,
      newRole: 'member',
      lostProducts: ['code'],
      products: ['ai'],
    })
  })

  it.each([
    ['no state after', { before: state }],
    ['null after', { before: state, after: null }],
    ['no role after', { before: state, after: { ...state, org_role: undefined } }],
    ['a role that is not known', { before: state, after: { ...state, org_role: 'auditor' } }],
    ['no products after', { before: state, after: { ...state, products: undefined } }],
  ])('may be anything with %s', (_, data) => {
    expect(changeBy(data)).toMatchObject({ isUntold: true, isDeactivated: false })
  })

  it('is everything in a status that is not known, and when the type says so alone', () => {
    expect(changeBy({ before: state, after: { ...state, status: 'locked' } }).isDeactivated).toBe(true)
    expect(changeBy({}, 'hub.iam.user_deactivated').isDeactivated).toBe(true)
  })
})
