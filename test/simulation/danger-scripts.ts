import { cancelOperation } from '../../server/engine/cancel.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { runCleanup } from '../../server/engine/cleanup.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { scale } from './scaling.js'
import { cluster, created, deployed, deployingUntil, hourMs, type Script } from './script.js'
import { asked, person, type World } from './world.js'

const minutes = (count: number) => count * 60_000

/** The rule is changed by somebody else between the record of the switch and its request. */
const weightsChangedBeforeTheSwitch = async (world: World) => {
  const { watch } = world.store
  let changed = false
  world.store.watch = (written) => {
    watch(written)
    const { intent } = written.change
    if (intent?.call.type !== 'ModifyRule' || intent.call.purpose !== 'switch') return
    world.store.watch = watch
    world.strangerActed(cluster)
    changed = true
    const rule = world.cloud.rule(intent.call.ruleArn)
    for (const entry of rule?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []) entry.Weight = 50
  }
  const image = world.images.get('good-2')?.name ?? ''
  const { operation } = await world.asks(() => deploy(world.parts, person, { cluster, image }))
  await world.time.runUntil(world.time.now + minutes(30))
  world.store.watch = watch
  const there = world.cloud.rule(world.state(cluster).cluster.ruleArn)?.actions.at(-1)?.ForwardConfig
  const weights = (there?.TargetGroups ?? []).map((entry) => entry.Weight)
  if (!changed) return
  // It halts. A person who cancels it then leaves everything as it is, and that is an end too.
  const { cancelRequested } = await world.operation(operation.id)
  const goneOn = world.store.isEnded(operation.id) && !cancelRequested
  if (goneOn || weights.some((weight) => weight !== 50))
    throw new Error(`P12: what somebody else had just set was overwritten unread: ${weights.join(', ')}`)
}

/** A target group is asked for, unanswered; its group is given up and destroyed before that request could land. */
const destroyedBeforeALateCreate = async (world: World) => {
  const { knobs } = world.cloud.model
  knobs.plan({ action: 'CreateTargetGroup', kind: 'late', delayMs: 894_000 })
  const id = await deployingUntil(world, 'launching')
  await world.time.runUntil(world.time.now + 5000)
  await asked(world, () => cancelOperation(world.parts, person, id, 'a rehearsal'))
  await world.ended(id)
  const destroyed = await asked(world, () =>
    destroyGroup(world.parts, person, { group: `${cluster}-v002`, reason: '' }),
  )
  if (destroyed?.operation) await world.ended(destroyed.operation.id)
  await world.time.runUntil(world.time.now + minutes(20))
  knobs.dropFaults()
  // Its number is spent, whatever became of it.
  await deployed('good-3')(world)
}

/** What AWS has made is not in its answers for two minutes. */
const unseenForTwoMinutes = async (world: World) => {
  const { knobs } = world.cloud.model
  const id = await deployingUntil(world, 'registering')
  const hidden = { action: 'DescribeAutoScalingGroups', kind: 'hide' as const, names: [`${cluster}-v002`] }
  knobs.plan({ ...hidden, times: 1_000_000 })
  await world.time.runUntil(world.time.now + minutes(2))
  knobs.dropFaults()
  await world.ended(id)
}

/** Live falls sick, for forty minutes, right before the cleanup shrinks the warm group, which could serve. */
const sickWhileTheWarmGroupDrains = async (world: World) => {
  const { watch } = world.store
  let sickUntil = 0
  world.store.watch = (written) => {
    watch(written)
    if (!written.change.events?.some(({ event }) => event.type === 'Delisted')) return
    world.store.watch = watch
    sickUntil = world.time.now + minutes(40)
    sicken()
    for (const replica of world.replicas) replica.pause(minutes(3))
  }
  const sicken = () => {
    for (const { id } of world.cloud.groups[`${cluster}-v002`]?.instances ?? []) world.cloud.sicken(id)
  }
  const { operations } = await world.asks(() =>
    runCleanup(world.parts, { name: 'nightly cleanup', via: 'job' }),
  )
  await world.time.runUntil(world.time.now + hourMs, () => sickUntil > 0)
  while (world.time.now < sickUntil) {
    sicken()
    await world.time.runUntil(world.time.now + 10_000)
  }
  world.store.watch = watch
  for (const { id } of operations) await world.ended(id)
}

/** A raise of what a pinned group holds is refused; later that group is live again and everything is repaid. */
const raiseRefused = async (world: World) => {
  const { knobs } = world.cloud.model
  await scale(world, cluster, 'AlarmNotification', 5)
  await world.time.runUntil(world.time.now + minutes(5))
  await deployed('good-2')(world)
  await world.time.runUntil(world.time.now + minutes(12))
  await scale(world, cluster, 'AlarmNotification', 7)
  await world.time.runUntil(world.time.now + minutes(5))
  const denied = { code: 'AccessDenied', message: 'not authorized', status: 403 }
  knobs.plan({ action: 'UpdateAutoScalingGroup', kind: 'error', ...denied, times: 50 })
  const back = () => switchBack(world.parts, person, { cluster, reason: 'a rehearsal', markBad: false })
  const refused = await asked(world, back)
  if (refused) await world.ended(refused.operation.id)
  knobs.dropFaults()
  await scale(world, cluster, 'AlarmNotification', 4)
  await world.time.runUntil(world.time.now + minutes(15))
  const done = await asked(world, back)
  if (done) await world.ended(done.operation.id)
}

/** Coincidences that random worlds meet too seldom, each about one rule of the engine. */
export const dangerScripts: Readonly<Record<string, Script>> = {
  'weights changed before the switch': {
    before: created,
    run: weightsChangedBeforeTheSwitch,
    endsByTiming: true,
  },
  'destroyed before a late create': { before: created, run: destroyedBeforeALateCreate, endsByTiming: true },
  'unseen for two minutes': { before: created, run: unseenForTwoMinutes },
  'live sick while warm drains': {
    before: async (world) => {
      await created(world)
      await deployed('good-2')(world)
      await world.time.jump(20 * hourMs)
    },
    run: sickWhileTheWarmGroupDrains,
    endsByTiming: true,
  },
  'raise refused': { before: created, run: raiseRefused, endsByTiming: true },
}
