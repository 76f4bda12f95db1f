import type { ClusterState } from '../../domain/cluster-state.js'
import { parseServerGroupName } from '../../domain/names.js'
import type { FieldFault } from '../../domain/refusal.js'
import type { LocalCloudSeen, LocalInstance, OutOfOrder } from '../../domain/rehearsal.js'
import type { LogLine } from '../../engine/ports.js'
import type { RehearsalView } from '../../engine/rehearse.js'
import type { Badge } from './badge.js'
import { feedDays, type FeedDay } from './feed.js'
import { otherFaults, type Filled } from './field.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head, type Said } from './head.js'
import { momentToTheSecond } from './moment.js'
import { rehearsePanels, type RehearsePanel } from './rehearse-forms.js'
import { capital, counted } from './words.js'

export interface RehearseFacts extends RehearsalView {
  readonly states: readonly ClusterState[]
  /** What was rehearsed, newest first. */
  readonly log: readonly LogLine[]
  /** The form that was refused, and what is wrong with it. */
  readonly act: string | null
  readonly filled: Filled
  readonly now: Date
  readonly zone: string
  readonly paceDivisor: number
}

/** A button in a table: what it does, under its address. */
interface RowButton {
  readonly action: string
  readonly hidden: readonly { readonly name: string; readonly value: string }[]
  readonly label: string
  readonly bad: boolean
}

export interface RehearsePage extends Head {
  readonly faults: readonly FieldFault[]
  readonly standing: readonly OutOfOrder[]
  readonly zones: readonly {
    readonly zone: string
    readonly count: number
    readonly badges: readonly Badge[]
    readonly buttons: readonly RowButton[]
  }[]
  readonly instances: readonly ShownInstance[]
  readonly instancesSay: string
  readonly facts: readonly Fact[]
  /** Side by side where there is room. */
  readonly columns: readonly (readonly RehearsePanel[])[]
  readonly days: readonly FeedDay[]
}

interface ShownInstance {
  readonly id: string
  readonly group: string | null
  readonly href: string | null
  readonly zone: string
  readonly badge: Badge
  readonly process: string
  readonly buttons: readonly RowButton[]
}

const mostShown = 60

/** What goes wrong on request, and how is it ended? */
export function rehearsePage(facts: RehearseFacts): RehearsePage {
  const { seen, outOfOrder, states, log, act, filled, now, zone } = facts
  const panels = rehearsePanels(states, act, filled)
  const fields = panels.flatMap(({ forms }) => forms).find((form) => form.act === act)?.fields ?? []
  const there = seen.instances.filter((each) => !['terminated', 'stopped'].includes(each.state))
  return {
    title: 'Rehearse',
    heading: 'Rehearse',
    crumbs: [],
    sentence: sentenceOf(outOfOrder, there),
    acts: [],
    liveMs: 4_000,
    faults: otherFaults(
      filled,
      fields.map(({ name }) => name),
    ),
    standing: outOfOrder,
    zones: seen.zones.map((each) => zoneRow(each, seen, there)),
    instances: there.slice(0, mostShown).map((each) => instanceRow(each, states)),
    instancesSay:
      there.length > mostShown
        ? `${mostShown} of ${there.length} are shown`
        : 'each is a process of this machine',
    facts: factsOf(facts, there.length),
    columns: [panels.filter((_, at) => at % 2 === 0), panels.filter((_, at) => at % 2 === 1)],
    days: feedDays(log, zone, now),
  }
}

function sentenceOf(outOfOrder: readonly OutOfOrder[], there: readonly LocalInstance[]): Said[] {
  if (outOfOrder.length > 0) {
    const things = outOfOrder.length === 1 ? 'One thing is' : `${outOfOrder.length} things are`
    return say(strong(`${things} out of order on request.`), ` ${outOfOrder[0]?.sentence ?? ''}`)
  }
  const run = there.length === 1 ? 'runs' : 'run'
  return say(
    strong('Nothing is out of order.'),
    ` ${there.length === 0 ? 'No instance runs' : `${capital(counted(there.length, 'instance'))} ${run}`} in the local cloud: choose below what goes wrong, and watch what Delling makes of it.`,
  )
}

function zoneRow(zone: string, { knobs }: LocalCloudSeen, there: readonly LocalInstance[]) {
  const dark = knobs.zonesOut.includes(zone)
  const empty = knobs.zonesWithoutCapacity.includes(zone)
  const well: Badge = { k: 'k-good', glyph: 'check', word: 'in order' }
  const badges: Badge[] = [
    ...(dark ? [{ k: 'k-bad', glyph: 'cross', word: 'dark' }] : []),
    ...(empty ? [{ k: 'k-care', glyph: 'bang', word: 'no capacity' }] : []),
  ]
  return {
    zone,
    count: there.filter((each) => each.zone === zone).length,
    badges: badges.length > 0 ? badges : [well],
    buttons: [
      empty
        ? button('end', { key: `no-capacity:${zone}` }, 'Give capacity back')
        : button('no-capacity', { zone }, 'Take its capacity'),
      dark
        ? button('end', { key: `dark-zone:${zone}` }, 'Bring it back')
        : button('dark-zone', { zone }, 'Make it dark', true),
    ],
  }
}

function instanceRow(instance: LocalInstance, states: readonly ClusterState[]): ShownInstance {
  const { instanceId: id, group, zone, state, processId, port } = instance
  const cluster = parseServerGroupName(group ?? '')?.cluster
  const known = states.some((each) => each.groups.some(({ name }) => name === group))
  return {
    id,
    group,
    href: cluster && known ? `/groups/${group}` : null,
    zone,
    badge: instanceBadge(instance),
    process: [processId === null ? 'no process' : `process ${processId}`, port === null ? '' : `port ${port}`]
      .filter(Boolean)
      .join(', '),
    buttons:
      state === 'running'
        ? [
            button('ailment', { of: id, kind: 'sick' }, 'Make it sick'),
            button('crash', { instance: id }, 'Crash its application'),
            button('terminate', { instance: id }, 'Terminate it', true),
          ]
        : [],
  }
}

function instanceBadge({ state, alive }: LocalInstance): Badge {
  if (state === 'pending') return { k: 'k-next', glyph: 'next', word: 'pending' }
  if (state !== 'running') return { k: 'k-idle', glyph: 'retiring', word: state }
  return alive
    ? { k: 'k-good', glyph: 'check', word: 'running' }
    : { k: 'k-bad', glyph: 'cross', word: 'impaired' }
}

function button(
  act: string,
  values: Readonly<Record<string, string>>,
  label: string,
  bad = false,
): RowButton {
  const hidden = Object.entries(values).map(([name, value]) => ({ name, value }))
  return { action: `/rehearse/${act}`, hidden, label, bad }
}

function factsOf({ seen, zone, now, paceDivisor }: RehearseFacts, count: number): readonly Fact[] {
  return [
    { what: 'Instances', value: `${count} in ${seen.zones.length} zones` },
    {
      what: 'Clock',
      value: seen.frozen ? ' (stands still)' : '',
      when: momentToTheSecond(seen.now, zone, now),
    },
    {
      what: 'Pace',
      value: paceDivisor > 1 ? `${seen.pace}: AWS’s delays pass ${paceDivisor} times faster` : seen.pace,
    },
    { what: 'Instances are kept apart', value: seen.confinement },
  ]
}
