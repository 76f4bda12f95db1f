import { describe, expect, it } from 'vitest'
import type { ListedGroup } from '../../server/domain/account-listing.js'
import { differencesOf, wordAbout } from '../../server/domain/drift.js'
import { withWord } from '../../server/domain/drift-memory.js'
import { waysOfNoted } from '../../server/domain/drift-of-strangers.js'
import { decideTurn } from '../../server/domain/decide-turn.js'
import { ownTargetGroupName } from '../../server/domain/own-target-group.js'
import { pushesSeen, reasonNotAdoptable, strangersOf } from '../../server/domain/strangers.js'
import { listedGroup, operation, rule, serverGroup, targetArn, turn } from '../support/build.js'

const target = (name: string) => ({ name, arn: targetArn(name) })
const listing = (groups: readonly ListedGroup[], targets: readonly string[] = []) => ({
  groups,
  targetGroups: [...groups.map((group) => target(group.name)), ...targets.map(target)],
})
const unmarked = { clusterTag: null, ownerTag: null, operationTag: null }

describe('the strangers of a cluster', () => {
  const names = (groups: readonly ListedGroup[], targets?: readonly string[]) => {
    const { state, seen } = turn({ listing: listing(groups, targets) })
    return strangersOf(state, seen.listing!).map((stranger) => stranger.name)
  }

  it('are groups of its name or its mark that the records lack', () => {
    const groups = [
      listedGroup(1),
      listedGroup(3, unmarked),
      listedGroup(2),
      listedGroup(9, { name: 'shop-copy', clusterTag: 'shop-main' }),
      listedGroup(4, { name: 'shop-other-v004', clusterTag: 'shop-other' }),
      listedGroup(5, { ...unmarked, name: 'shop-main-eu-v005' }),
    ]
    expect(names(groups)).toEqual(['shop-main-v002', 'shop-main-v003', 'shop-copy'])
  })

  it('are target groups under the derived name that nothing uses', () => {
    const { cluster } = turn().state
    expect(names([], [ownTargetGroupName(cluster, 7), 'shop-main-v008'])).toEqual([
      ownTargetGroupName(cluster, 7),
    ])
  })
})

describe('a listing of the groups that carry our mark alone', () => {
  it('says of no target group that nothing uses it: a group without a mark may', () => {
    const { state, seen } = turn({
      listing: { ...listing([listedGroup(2)], [ownTargetGroupName(turn().state.cluster, 7)]), whole: false },
    })
    expect(strangersOf(state, seen.listing!).map(({ name }) => name)).toEqual(['shop-main-v002'])
  })
})

describe('a group that was left out of an adoption', () => {
  const shown = (
    patch: Partial<ListedGroup>,
    weights: Record<string, number> = { 'shop-main-v001': 100 },
    groups = [serverGroup(1), serverGroup(3, { role: 'warm' })],
  ) => {
    const scene = turn({
      rule: rule(weights),
      listing: listing([listedGroup(4, { ...unmarked, ...patch })]),
      groups,
    })
    const difference = differencesOf(scene).find(({ kind }) => kind === 'stranger')
    if (!difference) throw new Error('it is not shown')
    return { ...scene, difference }
  }

  it('is told of as what it is, with the one way to take it in', () => {
    const { difference } = shown({})
    expect(difference).toMatchObject({
      subject: 'shop-main-v004',
      found: 'a group that stands beside the cluster, carries nothing and is not Delling’s',
      ways: [{ act: 'adopt' }, { act: 'leave', reason: null }],
    })
    expect(difference.ways[0]?.reason).toMatch(
      /delling give-back shop-main --yes-i-mean shop-main --wait, then delling adopt shop-main --groups v001,v004,v003 --plan/,
    )
    const full = [serverGroup(1), ...[2, 3].map((push) => serverGroup(push, { role: 'warm' }))]
    expect(shown({}, undefined, full).difference.ways[0]?.reason).toMatch(
      /keeps 3 groups at most, and v003 would be too many: destroy it first.*--groups v001,v004,v002 /,
    )
    // As it was noted it says no more than it knows.
    expect(waysOfNoted(difference, 'shop-main').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('delling drift shop-main'),
      null,
    ])
    const ours = { subject: 'shop-main-v004', who: 'this installation, operation 7' }
    expect(waysOfNoted(ours, 'shop-main').map(({ reason }) => reason)).toEqual([null, null])
  })

  it('stays left alone while its size changes, and is shown anew once it carries traffic', () => {
    const { state, difference } = shown({})
    const word = { ...difference, by: 'Ada', at: new Date(0) }
    const after = { ...state, cluster: withWord(state.cluster, 'left', word) }
    const left = (later: ReturnType<typeof shown>) => wordAbout(after, 'left', later.difference)?.by
    expect(left(shown({ min: 0, desired: 5, max: 9 }))).toBe('Ada')
    expect(left(shown({}, { 'shop-main-v001': 50, 'shop-main-v004': 50 }))).toBeUndefined()
  })
})

describe('a push number', () => {
  it('is never one that AWS shows under the prefix, whoever made it', () => {
    const { state, seen } = turn({
      listing: listing([listedGroup(12, unmarked)], [ownTargetGroupName(turn().state.cluster, 14)]),
    })
    expect(pushesSeen(state.cluster, seen.listing!)).toEqual([12, 14])
  })

  const queued = operation({ phase: 'queued', from: null, to: null })
  it('is one above the highest that is recorded or seen', () => {
    const seen = turn({ operations: [queued], listing: listing([listedGroup(7, unmarked)]) })
    expect(decideTurn(seen)).toMatchObject({
      deed: { event: { type: 'LaunchStarted', push: 8, to: 'shop-main-v008' } },
    })
    expect(decideTurn(turn({ operations: [queued], cluster: { lastPush: 9 } }))).toMatchObject({
      deed: { event: { push: 10 } },
    })
  })

  it('is not given before the whole account was listed', () => {
    const marked = turn({ operations: [queued], listing: { whole: false } })
    expect(decideTurn(marked)).toMatchObject({ kind: 'waits' })
  })
})

describe('adopting a stranger is refused', () => {
  const reason = (
    patch: Partial<ListedGroup>,
    weights: Record<string, number> = { 'shop-main-v001': 100 },
  ) => {
    const { state, seen, owner } = turn({
      rule: rule(weights),
      listing: { ...listing([listedGroup(2, patch)]), targetGroups: [target('shop-main-v002')] },
    })
    const [stranger] = strangersOf(state, seen.listing!)
    return reasonNotAdoptable(state, stranger!, seen.rule, owner)
  }

  it('not for a group of ours at weight 0, or with all of it', () => {
    expect(reason({})).toBeNull()
    expect(reason({}, { 'shop-main-v001': 0, 'shop-main-v002': 100 })).toBeNull()
  })

  it.each<[string, Partial<ListedGroup>, RegExp]>([
    ['of another installation', { ownerTag: 'others' }, /belongs to another installation/],
    ['without a mark', { ownerTag: null }, /without the mark delling:owner = test/],
    ['with a name outside the grammar', { name: 'shop-copy' }, /no name of a server group/],
    ['with two target groups', { targetGroupArns: ['a', 'b'] }, /has 2 target groups/],
    ['without a launch template', { launchTemplateId: null }, /not made from a launch template/],
  ])('for one %s', (_what, patch, sentence) => {
    expect(reason(patch)).toMatch(sentence)
  })

  it('for one that carries a part of the traffic, or has no room in the rule', () => {
    expect(reason({}, { 'shop-main-v001': 50, 'shop-main-v002': 50 })).toMatch(/carries 50 % of the traffic/)
    expect(reason({}, { a: 0, b: 0, c: 0, d: 0, 'shop-main-v001': 100 })).toMatch(/has no room in it/)
  })

  it('for a target group without instances', () => {
    const { state, seen, owner } = turn({
      listing: listing([], [ownTargetGroupName(turn().state.cluster, 2)]),
    })
    const [stranger] = strangersOf(state, seen.listing!)
    expect(reasonNotAdoptable(state, stranger!, seen.rule, owner)).toMatch(/nothing runs in it/)
  })
})

describe('a stranger that carries the traffic', () => {
  it('keeps the ledger from paying back by records that are behind', () => {
    const scene = turn({
      groups: [serverGroup(1)],
      cluster: { needsPerson: 'somebody moved the traffic', expected: [] },
      rule: rule({ 'shop-main-v001': 0, 'shop-main-v002': 100 }),
      seen: [{ push: 1, suspended: ['AlarmNotification', 'ScheduledActions'], min: 5, desired: 5, max: 9 }],
      obligations: [
        {
          id: 'debt',
          kind: 'suspended',
          object: 'shop-main-v001',
          cluster: 'shop-main',
          operationId: 'operation-1',
          original: { processes: [] },
          attempted: [{ processes: ['AlarmNotification', 'ScheduledActions'] }],
          openedAt: new Date(0),
          closedAt: null,
          closedAs: null,
        },
      ],
    })
    expect(decideTurn(scene)).toEqual({ kind: 'waits', waits: [] })
  })
})
