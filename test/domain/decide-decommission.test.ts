import { describe, expect, it } from 'vitest'
import {
  balancerParts,
  decommissionPlan,
  reasonNotDecommissionable,
} from '../../server/domain/decommission.js'
import { decideTurn } from '../../server/domain/decide-turn.js'
import type { ObservedBalancer, ObservedRule } from '../../server/domain/observation.js'
import { effectsOf } from '../../server/domain/operation-effects.js'
import type { Operation } from '../../server/domain/operation.js'
import { reasonMustStay } from '../../server/domain/retirement-guard.js'
import { parkedConditions } from '../../server/domain/rule-lists.js'
import { awsTimings } from '../../server/domain/timings.js'
import {
  at,
  operation,
  rule,
  ruleTicket,
  serverGroup,
  targetArn,
  turn,
  type Scene,
} from '../support/build.js'

const name = 'shop-main-v001'
const id = 'decommission-1'
const own = [{ field: 'path-pattern' as const, values: ['/*'] }]
const weights = { [name]: 100 }
const entries = [{ targetGroupArn: targetArn(name), weight: 100 }]
const parkedRule = rule(weights, { conditions: parkedConditions(id) })

const decommissioning = (patch: Partial<Operation> = {}) =>
  operation({ id, kind: 'decommission', phase: 'parking', from: name, to: null, conditions: own, ...patch })
const after = (ms: number) => new Date(at.getTime() + ms)
const quietMs = awsTimings.quietMs + awsTimings.metricLateMs

const decide = (scene: Scene, patch: Partial<Operation> = {}) => {
  const decision = decideTurn(turn({ operations: [decommissioning(patch)], ...scene }))
  return decision.kind === 'deed' ? decision.deed : decision.waits
}

describe('a decommission', () => {
  it('remembers the conditions of the rule before it parks it', () => {
    expect(decide({}, { phase: 'queued', from: null, conditions: null })).toMatchObject({
      event: { type: 'DecommissionStarted', from: name, conditions: own },
    })
  })

  it('parks the rule: other conditions, the same weights', () => {
    expect(decide({})).toMatchObject({
      call: { type: 'ModifyRule', purpose: 'park', entries, conditions: parkedConditions(id) },
    })
    expect(decide({ rule: parkedRule })).toMatchObject({ event: { type: 'Parked' } })
  })

  it('does not park again as fast as AWS answers, while old reads show the rule as it was', () => {
    const call = ruleTicket(entries, { operationId: id }).call
    const answeredAs = (purpose: 'park' | 'unpark', ms: number) => ({
      sightings: {
        answers: new Map([['ModifyRule shop-main', { call: { ...call, purpose }, at: after(ms) }]]),
      },
    })
    const soon = decide({ ...answeredAs('park', 1000), at: after(15_000) }, { requestedAt: at })
    expect(JSON.stringify(soon)).toContain('waiting to see it')
    const late = decide({ ...answeredAs('park', 1000), at: after(30_000) }, { requestedAt: at })
    expect(late).toMatchObject({ call: { type: 'ModifyRule', purpose: 'park' } })
    const before = decide({ ...answeredAs('park', 1000), at: after(15_000) }, { requestedAt: after(2000) })
    expect(before).toMatchObject({ call: { type: 'ModifyRule', purpose: 'park' } })
    const other = decide({ ...answeredAs('unpark', 1000), at: after(15_000) }, { requestedAt: at })
    expect(other).toMatchObject({ call: { type: 'ModifyRule', purpose: 'park' } })
  })

  it('does not park while an unanswered request of before could give the rule back', () => {
    const tickets = [ruleTicket(entries, { operationId: 'operation-9' })]
    expect(JSON.stringify(decide({ tickets }))).toContain('may still take effect')
  })

  it('destroys nothing before nobody has missed it for the whole quiet time (P2)', () => {
    const quieting = { phase: 'quieting' as const }
    const seen = [{ push: 1, requests: 0 }]
    const early = decide({ rule: parkedRule, seen, at: after(quietMs - 1000) }, quieting)
    expect(JSON.stringify(early)).toContain('making sure that nobody misses it')
    const busy = decide({ rule: parkedRule, seen: [{ push: 1, requests: 4 }], at: after(quietMs) }, quieting)
    expect(JSON.stringify(busy)).toContain('still got 4 requests')
    const silent = decide({ rule: parkedRule, seen: [{ push: 1 }], at: after(quietMs) }, quieting)
    expect(JSON.stringify(silent)).toContain('CloudWatch did not say')
    expect(decide({ rule: parkedRule, seen, at: after(quietMs) }, quieting)).toMatchObject({
      event: { type: 'Quieted', quietSince: at },
    })
  })

  it('begins anew when the rule has conditions again, and gives up after three times', () => {
    expect(decide({}, { phase: 'quieting' })).toMatchObject({ event: { type: 'ParkingUndone' } })
    expect(decide({}, { unreadyCount: 3 })).toMatchObject({ event: { type: 'AbortStarted' } })
  })

  it('deletes the rule only while it is parked, and believes that it is gone on two looks', () => {
    const retiring = { phase: 'retiring' as const }
    expect(decide({ rule: parkedRule }, retiring)).toMatchObject({ call: { type: 'DeleteRule' } })
    expect(decide({}, retiring)).toMatchObject({ event: { type: 'Halted' } })
    expect(JSON.stringify(decide({ rule: null }, retiring))).toContain('Looking again that the listener rule')
    const sightings = { absentSince: new Map([['rule-1', after(-100_000)]]) }
    expect(decide({ rule: null, sightings }, retiring)).toMatchObject({ event: { type: 'RuleGone' } })
  })

  it('asks for the end of every group in the name of the person, the one that was live too', () => {
    const gone = { ruleArn: null, expected: null }
    const groups = [serverGroup(1, { role: 'rejected', quietSince: after(-1e7) })]
    const scene = { cluster: gone, groups, rule: null, seen: [{ push: 1 }] }
    expect(decide(scene, { phase: 'retiring' })).toMatchObject({
      kind: 'retire',
      why: 'decommissioned',
      actor: { name: 'Ada' },
    })
    const { state, seen } = turn({ ...scene, operations: [decommissioning({ phase: 'retiring' })] })
    expect(reasonMustStay(state, seen, groups[0]!)).toBeNull()
    const before = turn({ operations: [decommissioning({ phase: 'quieting' })] })
    expect(reasonMustStay(before.state, before.seen, serverGroup(1))).toContain('never destroyed')
  })

  it('halts where a destroy of its own has, and names it', () => {
    const halted = operation({
      id: 'd',
      kind: 'destroy',
      phase: 'halted',
      to: name,
      haltedBecause: 'AWS refused.',
    })
    const scene = {
      cluster: { ruleArn: null, expected: null },
      groups: [serverGroup(1, { role: 'retiring' })],
      rule: null,
      seen: [{ push: 1 }],
      operations: [decommissioning({ phase: 'retiring' }), halted],
    }
    expect(decide(scene)).toMatchObject({ event: { type: 'Halted', left: [name] } })
  })

  it('leaves no group live and keeps none once nobody has missed it', () => {
    const keep = { until: null, by: 'Bo', why: 'audit' }
    const { state } = turn({ groups: [serverGroup(1), serverGroup(2, { role: 'warm', keep })] })
    const event = { type: 'Quieted' as const, quietSince: at, sentence: '' }
    const { groups, operations } = effectsOf(state, decommissioning({ phase: 'quieting' }), event, at)
    expect(groups).toMatchObject([
      { role: 'rejected', quietSince: at },
      { role: 'warm', keep: null },
    ])
    expect(operations).toMatchObject([{ phase: 'retiring' }])
  })
})

describe('calling it off', () => {
  it('gives the rule its conditions back', () => {
    const cancelled = { phase: 'quieting' as const, cancelRequested: { by: 'Ada', at } }
    expect(decide({ rule: parkedRule }, cancelled)).toMatchObject({
      event: { type: 'AbortStarted', endsAs: 'cancelled' },
    })
    expect(decide({ rule: parkedRule }, { phase: 'aborting', endsAs: 'cancelled' })).toMatchObject({
      call: { type: 'ModifyRule', purpose: 'unpark', entries, conditions: own },
    })
  })

  it('is over only once no unanswered parking can take them again (P1)', () => {
    const ticket = ruleTicket(entries, { operationId: id })
    const parking = { ...ticket, call: { ...ticket.call, purpose: 'park' as const } }
    const aborting = { phase: 'aborting' as const, endsAs: 'cancelled' as const }
    expect(JSON.stringify(decide({ tickets: [parking] }, aborting))).toContain('undone at once')
    expect(decide({}, aborting)).toMatchObject({ event: { type: 'Aborted' } })
  })

  it('is possible while it is halted before its end, and makes the rule whole again', () => {
    const halted = { phase: 'halted' as const, cancelRequested: { by: 'Ada', at } }
    expect(decide({}, { ...halted, haltedIn: 'quieting' })).toMatchObject({ event: { type: 'AbortStarted' } })
    expect(decide({}, { ...halted, haltedIn: 'retiring' })).not.toMatchObject({
      event: { type: 'AbortStarted' },
    })
  })
})

describe('what stands around the groups', () => {
  const balancer = (patch: Partial<ObservedBalancer> = {}): ObservedBalancer => ({
    loadBalancerArn: 'lb-1',
    dnsName: 'shop.example',
    state: 'active',
    listenerArn: 'listener-1',
    zones: [],
    rules: [],
    making: { balancerOwner: 'test', listenerOwner: 'test', otherListeners: 0 },
    ...patch,
  })
  const partsOf = (
    patch: Partial<ObservedBalancer>,
    neighbours: { cluster: string; onListener: boolean }[] = [],
  ) => {
    const { state, seen } = turn()
    return balancerParts(state, { ...seen, balancer: balancer(patch), neighbours }, 'test')
  }

  it('goes where our tags are on it and nobody else is', () => {
    expect(partsOf({})).toEqual({ listener: true, balancer: true, stays: null })
  })

  it('stays where somebody else made it', () => {
    const making = { balancerOwner: 'test', listenerOwner: null, otherListeners: 0 }
    expect(partsOf({ making })).toMatchObject({ listener: false, balancer: false })
    expect(partsOf({ making: { ...making, balancerOwner: null, listenerOwner: 'test' } })).toMatchObject({
      listener: true,
      balancer: false,
    })
  })

  it('stays while another cluster, rule or listener is on it', () => {
    const foreign: ObservedRule = rule({}, { ruleArn: 'rule-9' })
    expect(partsOf({ rules: [foreign] })).toMatchObject({ listener: false, balancer: false })
    // Whoever retires a cluster need not be one who may see its neighbours.
    expect(partsOf({}, [{ cluster: 'shop-two', onListener: true }]).stays).toMatch(
      /serves another cluster too$/,
    )
    expect(partsOf({}, [{ cluster: 'shop-two', onListener: false }])).toMatchObject({
      listener: true,
      balancer: false,
    })
    const making = { balancerOwner: 'test', listenerOwner: 'test', otherListeners: 1 }
    expect(partsOf({ making })).toMatchObject({ listener: true, balancer: false })
  })
})

describe('what is refused, and what is said before', () => {
  it('another operation, and conditions that could not be given back', () => {
    const running = turn({ operations: [operation()] })
    expect(reasonNotDecommissionable(running.state, running.seen)).toContain('cancel it first')
    const strange = [{ field: 'source-ip' as never, values: ['10.0.0.0/8'] }]
    const { state, seen } = turn({ rule: rule(weights, { conditions: strange }) })
    expect(reasonNotDecommissionable(state, seen)).toContain('source-ip')
    expect(reasonNotDecommissionable(turn().state, turn().seen)).toBeNull()
  })

  it('is planned in order: parked, missed by nobody, the rule, then every group', () => {
    const { state, seen } = turn()
    const apis = decommissionPlan(
      state,
      seen,
      { listener: true, balancer: false, stays: null },
      '13 minutes',
    ).map(({ api }) => api)
    expect(apis.slice(0, 4)).toEqual([
      'ELBv2 ModifyRule',
      'wait',
      'ELBv2 DeleteRule',
      'Auto Scaling UpdateAutoScalingGroup',
    ])
    expect(apis.at(-1)).toBe('ELBv2 DeleteListener')
  })
})
