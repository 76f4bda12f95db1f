import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  actions,
  applicationsSeen,
  may,
  reasonMayNot,
  reasonNowhere,
  narrower,
  roles,
  isWithin,
  within,
  type Action,
  type Right,
  type TokenScope,
} from '../../server/domain/access.js'
import { configuredAdmins, reasonGrantStays, rightsOf, type Grant } from '../../server/domain/grant.js'

const everyAction = Object.keys(actions) as Action[]
const person = (...rights: Right[]) => ({ rights })
const shop = (role: Right['role']): Right => ({ role, application: 'shop' })
const all = (role: Right['role']): Right => ({ role, application: null })

const names = fc.constantFrom('shop', 'media', 'search')
const right = fc.record({
  role: fc.constantFrom(...roles),
  application: fc.option(names, { nil: null }),
}) as fc.Arbitrary<Right>
const scope = fc.record({
  role: fc.constantFrom(...roles),
  applications: fc.option(fc.uniqueArray(names), { nil: null }),
}) as fc.Arbitrary<TokenScope>
const place = fc.option(names, { nil: null })

describe('why somebody may not', () => {
  const ada = { name: 'Ada', rights: [shop('viewer')] }

  it('sends who has no role to an admin', () => {
    expect(reasonMayNot(ada, 'deploy', 'shop')).toContain('Ask an admin for it.')
    expect(reasonNowhere(ada, 'deploy')).toContain('Ask an admin for it.')
    const token = { ...ada, ownRights: [shop('viewer')] }
    expect(reasonMayNot(token, 'deploy', 'shop')).toContain('Ask an admin for it.')
  })

  it('says that a token is too narrow, where its owner may', () => {
    const token = { ...ada, ownRights: [shop('deployer')] }
    expect(reasonMayNot(token, 'deploy', 'shop')).toBe(
      'This token may not deploy, though Ada may: make one with the role deployer for shop.',
    )
    expect(reasonMayNot(token, 'deploy', 'media')).toContain('Ask an admin for it.')
    expect(reasonNowhere(token, 'deploy')).toContain('This token may not deploy')
  })
})

describe('what a person may', () => {
  it('is nothing without a role', () => {
    for (const action of everyAction) expect(may(person(), action, 'shop'), action).toBe(false)
  })

  it('is everything for an admin of all applications', () => {
    for (const action of everyAction) expect(may(person(all('admin')), action, null), action).toBe(true)
  })

  it('parts deploying and approving: neither holds the other', () => {
    expect(may(person(shop('deployer')), 'deploy', 'shop')).toBe(true)
    expect(may(person(shop('deployer')), 'approve', 'shop')).toBe(false)
    expect(may(person(shop('approver')), 'approve', 'shop')).toBe(true)
    expect(may(person(shop('approver')), 'deploy', 'shop')).toBe(false)
    expect(may(person(shop('approver'), shop('deployer')), 'deploy', 'shop')).toBe(true)
  })

  it('ends at the application, and does not reach what belongs to none', () => {
    for (const action of everyAction) {
      expect(may(person(shop('admin')), action, 'media'), action).toBe(false)
      expect(may(person(shop('admin')), action, null), action).toBe(false)
      expect(may(person(shop('admin')), action, 'shop'), action).toBe(true)
    }
  })

  test.prop([fc.array(right), right, fc.constantFrom(...everyAction), place])(
    'never shrinks by another role',
    (rights, more, action, application) => {
      if (may({ rights }, action, application))
        expect(may({ rights: [...rights, more] }, action, application)).toBe(true)
    },
  )

  test.prop([fc.array(right), fc.constantFrom(...everyAction), names])(
    'never reaches beyond the applications that are seen',
    (rights, action, application) => {
      const seen = applicationsSeen({ rights })
      if (may({ rights }, action, application)) expect(seen === null || seen.includes(application)).toBe(true)
    },
  )
})

describe('a scope', () => {
  test.prop([fc.array(right), scope, fc.constantFrom(...everyAction), place])(
    'never adds to what its owner may, and never lets through what it does not name',
    (rights, given, action, application) => {
      if (!may({ rights: within(rights, given) }, action, application)) return
      expect(may({ rights }, action, application)).toBe(true)
      expect(may({ rights: within([all('admin')], given) }, action, application)).toBe(true)
    },
  )

  test.prop([scope, scope, fc.constantFrom(...everyAction), place])(
    'inside another allows no more than either',
    (one, other, action, application) => {
      const both = within([all('admin')], narrower(one, other))
      if (!may({ rights: both }, action, application)) return
      for (const each of [one, other])
        expect(may({ rights: within([all('admin')], each) }, action, application)).toBe(true)
    },
  )

  test.prop([scope, scope, fc.constantFrom(...everyAction), place])(
    'within another never does what that one may not, and is within itself and all',
    (one, other, action, application) => {
      const by = (each: typeof one) => may({ rights: within([all('admin')], each) }, action, application)
      if (isWithin(one, other) && by(one)) expect(by(other)).toBe(true)
      expect(isWithin(one, one)).toBe(true)
      expect(isWithin(one, { role: 'admin', applications: null })).toBe(true)
    },
  )

  it('of a deployer leaves an approver only looking', () => {
    expect(within([shop('approver')], { role: 'deployer', applications: null })).toEqual([shop('viewer')])
  })
})

describe('grants', () => {
  const grant = (patch: Partial<Grant>): Grant => ({
    id: 'one',
    to: { kind: 'person', name: 'ada@example.com' },
    role: 'viewer',
    application: null,
    by: 'test',
    at: new Date(0),
    why: 'test',
    ...patch,
  })
  const ada = {
    id: 'https://id.example#7',
    name: 'ada@example.com',
    subject: '7',
    email: 'ada@example.com',
    groups: ['platform'],
  }

  it('reach by subject, by verified address in any spelling, and by group', () => {
    const to = (kind: 'person' | 'group', name: string) =>
      rightsOf(ada, [grant({ to: { kind, name } })]).length
    expect([to('person', '7'), to('person', 'Ada@Example.com'), to('group', 'platform')]).toEqual([1, 1, 1])
    expect([to('person', 'platform'), to('group', '7'), to('person', 'eve@example.com')]).toEqual([0, 0, 0])
  })

  it('never reach by an address that nobody verified', () => {
    expect(rightsOf({ ...ada, email: null }, [grant({})])).toEqual([])
  })

  it('leave the last admin, and let one go while another stays', () => {
    const last = grant({ role: 'admin' })
    const other = grant({ id: 'two', role: 'admin', to: { kind: 'group', name: 'platform' } })
    expect(reasonGrantStays([last], 'one')).toContain('last admin')
    expect(
      reasonGrantStays([last, grant({ id: 'two', role: 'admin', application: 'shop' })], 'one'),
    ).toContain('last admin')
    expect(reasonGrantStays([last, other], 'one')).toBeNull()
    expect(reasonGrantStays([last, ...configuredAdmins(['group:ops'])], 'one')).toBeNull()
    expect(reasonGrantStays([grant({ role: 'deployer' })], 'one')).toBeNull()
  })
})
