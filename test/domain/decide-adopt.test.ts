import { describe, expect, it } from 'vitest'
import type { Tags } from '../../server/domain/tags.js'
import { withChange } from '../../server/domain/cluster-state.js'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { effectsOf } from '../../server/domain/operation-effects.js'
import type { Operation } from '../../server/domain/operation.js'
import type { Turn } from '../../server/domain/turn.js'
import { at, obligation, operation, rule, serverGroup, turn, type Scene } from '../support/build.js'

const id = 'adopt-1'
const [live, warm] = ['shop-main-v001', 'shop-main-v002']
const adopted = (as: 'live' | 'warm', templateStays = false) => ({
  as,
  launchTemplateName: 'theirs',
  templateStays,
})
const groups = [
  serverGroup(1, { role: 'adopting', adopted: adopted('live') }),
  serverGroup(2, { role: 'adopting', adopted: adopted('warm', true) }),
]
const adopting = (patch: Partial<Operation> = {}) =>
  operation({ id, kind: 'adopt', phase: 'marking', from: null, to: null, ...patch })

const owned: Tags = {
  'delling:owner': 'test',
  'delling:app': 'shop',
  'delling:cluster': 'shop-main',
  'delling:op': id,
}
type Marked = Readonly<
  Record<string, Partial<Record<'scalingGroup' | 'targetGroup' | 'launchTemplate', Tags>>>
>

/** A turn in which AWS shows these marks of ours. */
function scene(marked: Marked, ruleMarks: Tags, patch: Scene = {}): Turn {
  const base = turn({ groups, rule: rule({ [live]: 1 }), operations: [adopting()], ...patch })
  const seen = new Map(
    [...base.seen.groups].map(([name, group]) => [
      name,
      { ...group, marks: { scalingGroup: {}, targetGroup: {}, launchTemplate: {}, ...marked[name] } },
    ]),
  )
  return { ...base, seen: { ...base.seen, groups: seen, ruleMarks } }
}
const decide = (of: Turn) => {
  const decision = decideTurn(of)
  return decision.kind === 'deed' ? decision.deed : decision.waits[0]
}
const whole = (name: string) => ({ ...owned, 'delling:group': name })
const all: Marked = {
  [live]: { scalingGroup: whole(live), targetGroup: whole(live), launchTemplate: whole(live) },
  [warm]: { scalingGroup: whole(warm), targetGroup: whole(warm) },
}
const ruleMarks = { ...owned, 'delling:managed': 'true' }

describe('an adoption', () => {
  it('marks one part a turn, each looked for first, so that whoever goes on makes the same (P3)', () => {
    expect(decide(scene({}, {}))).toMatchObject({
      call: { type: 'CreateOrUpdateTags', group: live, tags: whole(live) },
    })
    const first = { [live]: { scalingGroup: whole(live) } }
    expect(decide(scene(first, {}))).toMatchObject({ call: { type: 'AddTags', tags: whole(live) } })
    expect(decide(scene({ [live]: { ...all[live], launchTemplate: {} } }, {}))).toMatchObject({
      call: { type: 'CreateTags', launchTemplateId: 'lt-1' },
    })
  })

  it('leaves a launch template alone that is not the group’s own, and marks the rule last', () => {
    expect(decide(scene(all, {}))).toMatchObject({
      call: { type: 'AddTags', arn: 'rule-1', tags: ruleMarks },
    })
  })

  it('ends with roles by the weights, and with every group kept until a person says otherwise', () => {
    const of = scene(all, ruleMarks)
    const deed = decide(of)
    if (deed?.kind !== 'record') throw new Error(JSON.stringify(deed))
    expect(deed.event).toMatchObject({
      type: 'Succeeded',
      sentence: expect.stringContaining('v001 100 %') as string,
    })
    const after = withChange(of.state, effectsOf(of.state, adopting(), deed.event, at))
    expect(after.groups.map(({ role, keep }) => [role, keep?.until])).toEqual([
      ['live', null],
      ['warm', null],
    ])
    expect(after.cluster.statement).toBe(`${live} 100 %`)
  })

  it('touches nothing but marks while it runs: neither the rule nor a size nor a process', () => {
    const shrunk = scene({}, {}, { seen: [{ push: 1 }, { push: 2, min: 1, suspended: ['Launch'] }] })
    expect(decide(shrunk)).toMatchObject({ call: { type: 'CreateOrUpdateTags' } })
  })

  it('is called off when somebody moves the traffic meanwhile, and takes its marks back', () => {
    const moved = scene(
      all,
      {},
      {
        rule: rule({ [live]: 0, [warm]: 1 }),
        cluster: { expected: rule({ [live]: 1 }).entries },
        sightings: { unexplained: { since: new Date(at.getTime() - 600_000), entries: [] } },
      },
    )
    expect(decide(moved)).toMatchObject({ event: { type: 'AbortStarted', endsAs: 'cancelled' } })
    const aborting = { operations: [adopting(calledOff)] }
    expect(decide(scene(all, ruleMarks, aborting))).toMatchObject({
      call: { type: 'DeleteGroupTags', group: live, keys: Object.keys(whole(live)).sort() },
    })
    // Their absence is believed only once an answer can't be older than the last of them.
    expect(decide(scene({}, {}, aborting))).toMatchObject({
      kind: 'wait',
      until: new Date(at.getTime() + 90_000),
    })
    const of = scene({}, {}, { operations: [adopting({ ...calledOff, phaseSince: longAgo })] })
    const deed = decide(of)
    if (deed?.kind !== 'record') throw new Error(JSON.stringify(deed))
    const after = withChange(of.state, effectsOf(of.state, of.state.operations[0]!, deed.event, at))
    expect(after.cluster.retired).toMatchObject({ givenBack: true })
    expect(after.groups.map(({ role }) => role)).toEqual(['givenBack', 'givenBack'])
  })

  it('never takes off what another installation has marked', () => {
    const theirs = { ...owned, 'delling:owner': 'another' }
    const aborting = { operations: [adopting({ ...calledOff, phaseSince: longAgo })] }
    expect(decide(scene({ [live]: { scalingGroup: theirs } }, {}, aborting))).toMatchObject({
      event: { type: 'Aborted' },
    })
  })

  it('is not said to be through while an earlier removal of marks may still land', () => {
    const tickets = [
      {
        id: 'intent-9',
        call: { type: 'DeleteGroupTags' as const, group: live, keys: ['delling:owner'] },
        object: live,
        operationId: 'give-back-1',
        signedAt: at,
        repeated: true,
      },
    ]
    expect(decide(scene(all, ruleMarks, { tickets }))).toMatchObject({
      kind: 'wait',
      sentence: expect.stringContaining('never answered') as string,
    })
  })
})

const longAgo = new Date(at.getTime() - 3_600_000)
const calledOff = { phase: 'aborting', endsAs: 'cancelled' } as const

describe('giving back', () => {
  const ours = [serverGroup(1), serverGroup(2, { role: 'warm', quietSince: at })]
  const giving = (patch: Scene = {}) =>
    scene(all, ruleMarks, {
      groups: ours,
      operations: [adopting({ kind: 'giveBack', phase: 'unmarking' })],
      ...patch,
    })

  it('puts back what is held before a mark goes, and holds nothing anew (P5)', () => {
    const owed = obligation({
      kind: 'suspended',
      object: warm,
      original: { processes: [] },
      attempted: [{ processes: ['AlarmNotification'] }],
    })
    const held = giving({
      obligations: [owed],
      seen: [{ push: 1 }, { push: 2, suspended: ['AlarmNotification'] }],
    })
    expect(decide(held)).toMatchObject({
      call: { type: 'ResumeProcesses', group: warm, processes: ['AlarmNotification'] },
    })
    expect(decide(giving({ seen: [{ push: 1 }, { push: 2, min: 1 }] }))).toMatchObject({
      call: { type: 'DeleteGroupTags', group: live },
    })
  })

  it('is called off where what is held can’t be put back for half an hour (P5, P14)', () => {
    const owed = obligation({
      kind: 'suspended',
      object: warm,
      original: { processes: [] },
      attempted: [{ processes: ['AlarmNotification'] }],
    })
    const refused = {
      obligations: [owed],
      seen: [{ push: 1 }, { push: 2, suspended: ['AlarmNotification'] }],
    }
    const since = (ms: number) =>
      giving({
        ...refused,
        operations: [
          adopting({ kind: 'giveBack', phase: 'unmarking', phaseSince: new Date(at.getTime() - ms) }),
        ],
      })
    const event = { type: 'AbortStarted', sentence: expect.stringContaining(warm) as string }
    expect(decide(since(29 * 60_000))).toMatchObject({ kind: 'act' })
    expect(decide(since(31 * 60_000))).toMatchObject({ kind: 'record', event })
  })

  it('ends with nothing of the cluster ours, and nothing destroyed', () => {
    const of = { ...giving(), seen: scene({}, {}, { groups: ours }).seen }
    const deed = decide(of)
    if (deed?.kind !== 'record') throw new Error(JSON.stringify(deed))
    const after = withChange(of.state, effectsOf(of.state, of.state.operations[0]!, deed.event, at))
    expect(after.cluster).toMatchObject({ ruleArn: null, retired: { by: 'Ada', givenBack: true } })
    expect(after.groups.map(({ role, destroyedAt }) => [role, destroyedAt])).toEqual([
      ['givenBack', null],
      ['givenBack', null],
    ])
  })
})
