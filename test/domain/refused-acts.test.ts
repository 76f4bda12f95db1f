import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { refusalKey } from '../../server/domain/sightings.js'
import {
  at,
  obligation,
  operation,
  rule,
  ruleTicket,
  serverGroup,
  turn,
  unguarded,
} from '../support/build.js'

const denied = (times: number, secondsAgo = 1) => ({
  times,
  code: 'AccessDenied',
  message: 'User: delling is not authorized to perform: autoscaling:SuspendProcesses',
  at: new Date(at.getTime() - secondsAgo * 1000),
})
const refusals = (...entries: [string, string, ReturnType<typeof denied>][]) => ({
  refusals: new Map(entries.map(([call, object, refusal]) => [refusalKey(call, object), refusal])),
})

/** A new group that is made but for its suspended processes. */
const launching = {
  groups: [serverGroup(1), serverGroup(2, { role: 'launching', launchTemplateId: null, registeredAt: null })],
  operations: [operation({ phase: 'launching', requestedAt: new Date(at.getTime() - 10_000) })],
  rule: rule({ 'shop-main-v001': 100 }),
  seen: [
    { push: 1 },
    {
      push: 2,
      attributes: {
        'target_group_health.dns_failover.minimum_healthy_targets.count': 'off',
        'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
      },
    },
  ],
}

describe('a request that AWS refuses', () => {
  it('again and again ends a deployment that moved nothing with AWS’s words, long before its deadline', () => {
    const once = decideTurn(
      turn({ ...launching, sightings: refusals(['SuspendProcesses', 'shop-main-v002', denied(2)]) }),
    )
    expect(once).toMatchObject({ kind: 'deed', deed: { kind: 'act', call: { type: 'SuspendProcesses' } } })
    const thrice = decideTurn(
      turn({ ...launching, sightings: refusals(['SuspendProcesses', 'shop-main-v002', denied(3)]) }),
    )
    expect(thrice).toMatchObject({
      kind: 'deed',
      deed: { kind: 'record', event: { type: 'AbortStarted', endsAs: 'failed' } },
    })
    expect(JSON.stringify(thrice)).toContain(
      'not authorized to perform: autoscaling:SuspendProcesses (AccessDenied)',
    )
  })

  it('in an earlier deployment says nothing against the next one', () => {
    const decided = decideTurn(
      turn({ ...launching, sightings: refusals(['SuspendProcesses', 'shop-main-v002', denied(7, 600)]) }),
    )
    expect(decided).toMatchObject({ kind: 'deed', deed: { kind: 'act', call: { type: 'SuspendProcesses' } } })
  })

  it('in an earlier switch says nothing against the next one', () => {
    const pinning = {
      groups: [serverGroup(1), serverGroup(2, { role: 'standby' })],
      operations: [operation({ phase: 'pinning', requestedAt: new Date(at.getTime() - 10_000) })],
      rule: rule({ 'shop-main-v001': 100, 'shop-main-v002': 0 }),
      seen: [
        { push: 1, suspended: ['ScheduledActions'] },
        { push: 2, attributes: unguarded },
      ],
    }
    const decided = decideTurn(
      turn({ ...pinning, sightings: refusals(['ModifyRule', 'shop-main', denied(3, 600)]) }),
    )
    expect(decided).toMatchObject({ kind: 'deed', deed: { kind: 'act', call: { type: 'ModifyRule' } } })
    const switching = {
      ...pinning,
      operations: [operation({ phase: 'switching', phaseSince: at, switchSent: true })],
      tickets: [ruleTicket(rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }).entries)],
    }
    const looked = decideTurn(
      turn({ ...switching, sightings: refusals(['ModifyRule', 'shop-main', denied(1, 600)]) }),
    )
    expect(looked.kind).toBe('waits')
  })

  it('for what is owed does not keep the queue waiting for ever, and is asked ever less often', () => {
    const scene = {
      obligations: [
        obligation({
          kind: 'suspended',
          original: { processes: [] },
          attempted: [{ processes: ['ScheduledActions'] }],
        }),
      ],
      operations: [operation({ id: 'operation-3', phase: 'waiting', from: null, to: null })],
      seen: [{ push: 1, suspended: ['ScheduledActions'] }],
    }
    const fresh = decideTurn(turn(scene))
    expect(fresh).toMatchObject({ deed: { kind: 'act', call: { type: 'ResumeProcesses' } } })
    const held = decideTurn(
      turn({ ...scene, sightings: refusals(['ResumeProcesses', 'shop-main-v001', denied(3)]) }),
    )
    expect(held).toMatchObject({ deed: { kind: 'record', event: { type: 'Promoted' } } })
    const later = decideTurn(
      turn({ ...scene, sightings: refusals(['ResumeProcesses', 'shop-main-v001', denied(9, 61)]) }),
    )
    expect(later).toMatchObject({ deed: { kind: 'act', call: { type: 'ResumeProcesses' } } })
  })
  it('that a finished switch still needs halts it past the deadline, naming what is left', () => {
    const settling = (minutes: number) => ({
      groups: [serverGroup(1, { role: 'warm' }), serverGroup(2)],
      operations: [
        operation({
          phase: 'settling',
          phaseSince: new Date(at.getTime() - minutes * 60_000),
          switchSent: true,
          switched: true,
        }),
      ],
      rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
      seen: [{ push: 1, suspended: ['AlarmNotification', 'ScheduledActions'] }, { push: 2 }],
      sightings: refusals(['ModifyTargetGroupAttributes', 'shop-main-v001', denied(9, 1)]),
    })
    expect(JSON.stringify(decideTurn(turn(settling(5))))).toContain('it is asked again')
    expect(JSON.stringify(decideTurn(turn(settling(31))))).toContain('Halted')
  })
})
