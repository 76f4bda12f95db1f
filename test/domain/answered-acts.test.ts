import { describe, expect, it } from 'vitest'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { noSightings, refusalKey, withAnswer } from '../../server/domain/sightings.js'
import { at, obligation, turn } from '../support/build.js'

const call = { type: 'ResumeProcesses' as const, group: 'shop-main-v001', processes: ['ScheduledActions'] }

/** Live may grow again, and its processes are still shown as suspended. */
const scene = (answeredAgoMs: number, processes = call.processes) =>
  turn({
    obligations: [
      obligation({
        kind: 'suspended',
        original: { processes: [] },
        attempted: [{ processes: ['ScheduledActions'] }],
      }),
    ],
    seen: [{ push: 1, suspended: ['ScheduledActions'] }],
    sightings: {
      answers: new Map([
        [
          refusalKey(call.type, call.group),
          { call: { ...call, processes }, at: new Date(at.getTime() - answeredAgoMs) },
        ],
      ]),
    },
  })

describe('a request that AWS has carried out', () => {
  it('is not sent again while what is read may be older than its answer', () => {
    expect(JSON.stringify(decideTurn(scene(74_000)))).toContain(
      'AWS has carried out ResumeProcesses of shop-main-v001; waiting to see it',
    )
  })

  it('is sent again once what is read must show it', () => {
    expect(decideTurn(scene(75_000))).toMatchObject({ deed: { kind: 'act', call } })
  })

  it('holds up no other one of the same kind', () => {
    expect(decideTurn(scene(74_000, ['AlarmNotification']))).toMatchObject({ deed: { kind: 'act', call } })
  })

  it('is sent again at once where what undoes it was carried out since', () => {
    const key = (type: string) => refusalKey(type, call.group)
    const first = withAnswer(noSightings, key(call.type), { call, at })
    const undone = withAnswer(first, key('SuspendProcesses'), {
      call: { ...call, type: 'SuspendProcesses' },
      at,
    })
    expect(first.answers.has(key(call.type))).toBe(true)
    expect(undone.answers.has(key(call.type))).toBe(false)
  })
})
