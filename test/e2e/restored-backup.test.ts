import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import { driftMemory } from '../../server/domain/drift-memory.js'
import { adopt, undoDifference } from '../../server/engine/adopt.js'
import { restoreRule } from '../../server/engine/cancel.js'
import { planCleanup } from '../../server/engine/cleanup.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { driftView } from '../../server/engine/drift-view.js'
import { releaseGroup } from '../../server/engine/keep.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person } from '../support/engine-stack.js'
import { startRestorableConsole, type RestorableConsole } from '../support/restorable-console.js'
import { until } from '../support/until.js'

/** A cluster for each test: a restore puts the records of all back, and none goes back beyond the test's own beginning. */
let name = ''
let clusters = 0
const group = (push: number) => `${name}-v00${push}`

let console: RestorableConsole
let good: Image
let better: Image

beforeAll(async () => {
  console = await startRestorableConsole()
  ;[good, better] = await Promise.all([console.image('1.0.0'), console.image('1.1.0')])
})
beforeEach(async () => {
  clusters += 1
  name = `sunrise-test${clusters}`
  const { operation } = await createCluster(console.parts(), person, {
    name,
    image: good.name,
    listenerPort: 18_390 + clusters,
  })
  expect((await console.ended(operation.id)).phase).toBe('succeeded')
})
afterAll(() => console.stop())

const view = () => clusterView(console.parts(), name, 0)
/** The records, which cost AWS nothing. */
const state = async () => {
  const found = await console.parts().history.clusterState(name)
  if (!found) throw new Error(`${name} is not recorded`)
  return found
}
const roles = async () => Object.fromEntries((await state()).groups.map((each) => [each.name, each.role]))
const launch = async (image: Image) =>
  (await deploy(console.parts(), person, { cluster: name, image: image.name })).operation
const deployed = async (image: Image) => {
  const ended = await console.ended((await launch(image)).id)
  expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
  return ended.to ?? ''
}
const destroyed = async (server: string) => {
  const { operation } = await destroyGroup(console.parts(), person, { group: server, reason: 'a test' })
  const ended = await console.ended(operation?.id ?? '')
  expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
}
const answers = async () => (await fetch((await view()).url ?? '')).text()

/** What the engine has noted as unknown, in the order of push numbers. */
const strangers = async () =>
  driftMemory((await state()).cluster)
    .noted.filter((noted) => noted.kind === 'stranger')
    .map((noted) => noted.subject)
    .sort()
const notices = (...expected: string[]) =>
  until(
    async () =>
      (await state()).cluster.needsPerson !== null && (await strangers()).join() === expected.join(),
    60_000,
    `the engine asks for a person and shows ${expected.join(', ')}`,
  )

const verdicts = async (at?: Date) =>
  (await planCleanup(console.parts(), at)).groups
    .filter((entry) => entry.group.cluster === name)
    .map((entry) => entry.verdict)

/** After an adoption everything is as if the backup had never been needed. */
async function everythingWorks(next: string, live: string): Promise<void> {
  const made = await deployed(good)
  expect(made).toBe(next)
  expect(await answers()).toContain(good.version)
  const back = await switchBack(console.parts(), person, { cluster: name, to: live, markBad: false })
  expect((await console.ended(back.operation.id)).phase).toBe('succeeded')
  expect((await roles())[live]).toBe('live')
  expect(await answers()).toContain(better.version)
  await destroyed(made)
  await until(
    async () =>
      !(await console.parts().history.obligations()).some(
        (row) => row.object === live && row.cluster === name,
      ),
    30_000,
    'the live group owes nothing',
  )
}

describe('a database that was restored to a time before a whole deployment', () => {
  it('shows what it does not know, changes nothing, and goes on once that is adopted (P2, P5)', async () => {
    const backup = await console.backup()
    expect(await deployed(better)).toBe(group(2))
    await console.restore(backup)
    const before = await console.changes()
    await notices(group(2))

    const { differences } = await driftView(console.parts(), name)
    expect(differences.map((difference) => difference.kind)).toEqual(['weights', 'stranger'])
    expect(differences[0]?.found).toContain(`${group(2)} 100 %`)
    expect(differences[0]?.ways.find((way) => way.act === 'adopt')?.reason).toContain(
      'adopt that group first',
    )
    const next = launch(good)
    await expect(next).rejects.toThrow(/needs a person first/)
    expect(await verdicts()).toEqual(['stays'])
    expect(await console.changes()).toEqual(before)
    expect(await answers()).toContain(better.version)

    await adopt(console.parts(), person, { cluster: name, what: 'group', group: 'v002' })
    expect(await roles()).toEqual({ [group(1)]: 'warm', [group(2)]: 'live' })
    const { live, cluster } = await view()
    expect(cluster.needsPerson).toBeNull()
    expect(live?.group).toMatchObject({
      name: group(2),
      image: { version: better.version },
      keep: { until: null },
    })
    const log = await console.parts().history.log({ cluster: name, limit: 20 })
    expect(log.find((row) => row.type === 'GroupAdopted')).toMatchObject({
      actor: { name: 'Ada' },
      data: { data: { after: 'live' } },
    })
    await everythingWorks(group(3), group(2))

    expect(await verdicts(new Date('2100-01-01'))).toEqual(['goes', 'stays'])
  })
})

describe('a database that was restored to a time before two deployments and a cleanup', () => {
  it('takes what it thinks is live for lost, and never puts the rule back onto it (P2)', async () => {
    const backup = await console.backup()
    await deployed(better)
    await deployed(better)
    await destroyed(group(1))
    await console.restore(backup)
    const before = await console.changes()
    await notices(group(2), group(3))
    await until(async () => (await roles())[group(1)] === 'lost', 30_000, 'the group that is gone is lost')
    await expect(restoreRule(console.parts(), person, name)).rejects.toThrow(/v001, which it names, is gone/)
    expect(await console.changes()).toEqual(before)
    expect(await answers()).toContain(better.version)

    await adopt(console.parts(), person, { cluster: name, what: 'group', group: group(3) })
    await adopt(console.parts(), person, { cluster: name, what: 'group', group: group(2) })
    expect(await roles()).toEqual({ [group(1)]: 'lost', [group(2)]: 'warm', [group(3)]: 'live' })
    await until(
      async () =>
        (await view()).groups.find((each) => each.group.name === group(2))?.readiness?.state === 'ready',
      30_000,
      'the adopted warm group is ready',
    )
    await everythingWorks(group(4), group(3))
    await destroyed(group(1))
    await releaseGroup(console.parts(), person, group(2))
    await destroyed(group(2))
  })

  it('takes what it thinks is warm for lost, and what it thinks is live for the warm group that it is', async () => {
    expect(await deployed(good)).toBe(group(2))
    const backup = await console.backup()
    expect(await deployed(better)).toBe(group(3))
    await destroyed(group(1))
    await console.restore(backup)
    const before = await console.changes()
    await notices(group(3))
    await until(async () => (await roles())[group(1)] === 'lost', 30_000, 'the group that is gone is lost')
    expect(await console.changes()).toEqual(before)

    await adopt(console.parts(), person, { cluster: name, what: 'group', group: group(3) })
    expect(await roles()).toEqual({ [group(1)]: 'lost', [group(2)]: 'warm', [group(3)]: 'live' })
    expect(await deployed(good)).toBe(group(4))
  })
})

describe('a database that was restored to the middle of a deployment', () => {
  it('sees that it has ended since: roles follow the weights, nothing is moved or destroyed, what was forgotten is shown (P2)', async () => {
    const operation = await launch(better)
    await console.reaches(operation.id, 'registering')
    const backup = await console.backup()
    expect((await console.ended(operation.id)).phase).toBe('succeeded')
    await console.restore(backup)
    const before = await console.changes()
    const ended = await console.ended(operation.id)
    expect(ended.phase).toBe('overridden')
    await until(async () => (await roles())[group(2)] === 'live', 30_000, 'roles follow the weights')
    expect(await roles()).toEqual({ [group(1)]: 'warm', [group(2)]: 'live' })
    expect(await console.changes()).toEqual(before)
    expect(await answers()).toContain(better.version)

    const back = await switchBack(console.parts(), person, { cluster: name, markBad: false })
    expect((await console.ended(back.operation.id)).phase).toBe('succeeded')
    const forgotten = async () =>
      (await driftView(console.parts(), name)).differences.find((each) => each.kind === 'processes')
    expect(await forgotten()).toMatchObject({
      subject: group(1),
      expected: 'none',
      found: 'AlarmNotification, ScheduledActions',
    })
    await undoDifference(console.parts(), person, { cluster: name, what: 'processes', group: 'v001' })
    await until(async () => (await forgotten()) === undefined, 30_000, 'the processes run again')
    expect(await deployed(better)).toBe(group(3))
  })

  it('halts when another deployment has followed, and ends when its group is adopted', async () => {
    const operation = await launch(good)
    await console.reaches(operation.id, 'registering')
    const backup = await console.backup()
    expect((await console.ended(operation.id)).phase).toBe('succeeded')
    expect(await deployed(better)).toBe(group(3))
    await console.restore(backup)
    const before = await console.changes()
    await notices(group(3))
    expect(activeTraffic(await state())?.phase).toBe('halted')
    expect(await console.changes()).toEqual(before)

    await adopt(console.parts(), person, { cluster: name, what: 'group', group: group(3) })
    expect((await console.ended(operation.id)).phase).toBe('overridden')
    expect((await roles())[group(3)]).toBe('live')
    expect(activeTraffic(await state())).toBeNull()
    expect(await deployed(good)).toBe(group(4))
  })
})
