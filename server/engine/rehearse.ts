import type { Actor } from '../domain/operation.js'
import { outOfOrder } from '../domain/out-of-order.js'
import { sentenceOf } from '../domain/rehearsal-sentences.js'
import { knobOf, type LocalCloudSeen, type OutOfOrder, type Rehearsal } from '../domain/rehearsal.js'
import { Refusal } from '../domain/refusal.js'
import { meantGroup, refuseUnknownNames } from './rehearsal-names.js'
import type { Parts } from './parts.js'
import type { LocalCloudControl } from './ports.js'

export interface RehearsalView {
  readonly seen: LocalCloudSeen
  readonly outOfOrder: readonly OutOfOrder[]
}

/** Ends everything that is out of order, planned faults and the clock included. */
const everything = 'all'

/** The local cloud as it is, and what is out of order in it. Throws Refusal where this console has none. */
export async function rehearsalView(parts: Parts): Promise<RehearsalView> {
  const seen = await controlOf(parts).look()
  return { seen, outOfOrder: outOfOrder(seen) }
}

/** Does it, and says what happens from now on. It is in the audit trail before it is done. */
export async function rehearse(
  parts: Parts,
  actor: Actor,
  rehearsal: Rehearsal,
): Promise<{ readonly sentence: string }> {
  const control = controlOf(parts)
  const seen = await control.look()
  const cluster = await refuseUnknownNames(parts, seen, rehearsal)
  const sentence = sentenceOf(rehearsal)
  const act = await actOf(parts, control, seen, rehearsal)
  await recorded(parts, { actor, cluster, type: 'Rehearsed', sentence, data: { ...rehearsal } }, act)
  return { sentence }
}

/** Ends one thing that is out of order by its key, or `all` of them. */
export async function endRehearsal(
  parts: Parts,
  actor: Actor,
  key: string,
): Promise<{ readonly sentence: string }> {
  const control = controlOf(parts)
  const seen = await control.look()
  const now = outOfOrder(seen)
  const ending = key === everything ? now : now.filter((each) => each.key === key)
  if (ending.length === 0 && key === everything) return { sentence: 'Nothing was out of order.' }
  if (ending.length === 0)
    throw new Refusal(
      'NotOutOfOrder',
      `Nothing is out of order under “${key}” now: it has ended, or never was. Nothing was changed.`,
      'notFound',
    )
  const sentence = `In order again: ${ending.map((each) => each.key).join(', ')}.`
  const change = { actor, cluster: null, type: 'RehearsalEnded', sentence, data: { ended: ending } }
  await recorded(parts, change, async () => {
    for (const each of ending) await end(control, each.key)
  })
  return { sentence }
}

function controlOf({ localCloud, place }: Parts): LocalCloudControl {
  if (localCloud) return localCloud
  const where = place.mode === 'aws' ? 'AWS' : 'an AWS endpoint of another program'
  throw new Refusal(
    'NoLocalCloud',
    `This console works on ${where}, not on a local cloud of its own: nothing can be rehearsed here. Start one with npm start and DELLING_CLOUD=local.`,
    'notFound',
  )
}

interface Recorded {
  readonly actor: Actor
  readonly cluster: string | null
  readonly type: string
  readonly sentence: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Writes down what is going to be done, does it, and writes down too if that failed. */
async function recorded(parts: Parts, change: Recorded, act: () => Promise<void>): Promise<void> {
  const { actor, cluster, ...event } = change
  const stream = 'rehearsal:local-cloud'
  const about = { stream, actor, cluster, application: null }
  await parts.store.record({ events: [{ ...about, event }] })
  try {
    await act()
  } catch (error) {
    const sentence = `It failed: ${error instanceof Error ? error.message : String(error)}`
    await parts.store.record({ events: [{ ...about, event: { type: 'RehearsalFailed', sentence } }] })
    throw error
  }
}

async function actOf(
  parts: Parts,
  control: LocalCloudControl,
  { knobs }: LocalCloudSeen,
  rehearsal: Rehearsal,
): Promise<() => Promise<void>> {
  switch (rehearsal.act) {
    case 'no-capacity':
      return () =>
        control.turnKnobs({ zonesWithoutCapacity: withOne(knobs.zonesWithoutCapacity, rehearsal.zone) })
    case 'dark-zone':
      return () => control.turnKnobs({ zonesOut: withOne(knobs.zonesOut, rehearsal.zone) })
    case 'ailment': {
      const { of, kind } = rehearsal
      const ailments = [...knobs.ailments.filter((each) => each.of !== of), { of, kind }]
      return () => control.turnKnobs({ ailments })
    }
    case 'slow-answers':
    case 'late-visibility':
    case 'stale-reads':
    case 'late-console':
      return () => control.turnKnobs({ [knobOf[rehearsal.act]]: rehearsal.ms })
    case 'throttle':
      return () => control.turnKnobs({ throttle: { perSecond: rehearsal.perSecond, burst: rehearsal.burst } })
    case 'failing-images':
      return () => control.turnKnobs({ failNextImages: rehearsal.count })
    case 'fault': {
      const { act: _act, ...fault } = rehearsal
      return () => control.planFault(fault)
    }
    case 'move-clock':
      return () => control.moveClock(rehearsal.hours)
    case 'freeze-clock':
      return () => control.freezeClock()
    case 'crash':
      return () => control.crashApplication(rehearsal.instance)
    case 'terminate':
      return () => control.terminateInstance(rehearsal.instance)
    case 'resize': {
      const { group, min, desired, max } = rehearsal
      return () => control.resizeGroup(group, { min, desired, max })
    }
    case 'weight': {
      const { ruleArn, targetGroupArn } = await meantGroup(parts, rehearsal.group)
      return () => control.changeWeight(ruleArn, targetGroupArn, rehearsal.weight)
    }
    case 'delete-target-group': {
      const { ruleArn, targetGroupArn } = await meantGroup(parts, rehearsal.group)
      return () => control.deleteTargetGroup(ruleArn, targetGroupArn)
    }
  }
}

const withOne = (list: readonly string[], one: string) => (list.includes(one) ? list : [...list, one])

/** Looks again each time: ending one thing must not bring another one back. */
async function end(control: LocalCloudControl, key: string): Promise<void> {
  const { knobs } = await control.look()
  const colon = key.indexOf(':')
  const what = colon < 0 ? key : key.slice(0, colon)
  const name = colon < 0 ? '' : key.slice(colon + 1)
  const others = (list: readonly string[]) => list.filter((each) => each !== name)
  switch (what) {
    case 'no-capacity':
      return control.turnKnobs({ zonesWithoutCapacity: others(knobs.zonesWithoutCapacity) })
    case 'dark-zone':
      return control.turnKnobs({ zonesOut: others(knobs.zonesOut) })
    case 'ailment':
      return control.turnKnobs({ ailments: knobs.ailments.filter((each) => each.of !== name) })
    case 'throttle':
      return control.turnKnobs({ throttle: null })
    case 'failing-images':
      return control.turnKnobs({ failNextImages: 0 })
    case 'fault':
      return control.forgetFault(name)
    case 'clock':
      return control.resetClock()
    default:
      return control.turnKnobs({ [knobOf[what as keyof typeof knobOf]]: 0 })
  }
}
