import { activeTraffic } from '../domain/cluster-state.js'
import { parseServerGroupName } from '../domain/names.js'
import type { Actor } from '../domain/operation.js'
import { warmUntil } from '../domain/morning.js'
import { Refusal } from '../domain/refusal.js'
import { reasonNotKeepable, type ServerGroup } from '../domain/server-group.js'
import type { Parts } from './parts.js'
import { utcText } from '../domain/utc-text.js'

export interface KeepInput {
  readonly group: string
  /** Null: for ever. */
  readonly until: Date | null
  readonly why: string
}

/** Keeps a group longer than its morning, or for ever; calls off a retirement that has not shrunk it yet. */
export function keepGroup(parts: Parts, actor: Actor, input: KeepInput): Promise<ServerGroup> {
  const now = parts.clock.now()
  if (input.until && input.until <= now)
    throw new Refusal(
      'Invalid',
      `${utcText(input.until)} is past; name a later time. Nothing was changed.`,
      'invalid',
      {
        faults: [{ field: 'until', sentence: 'Name a time that is still to come.' }],
      },
    )
  const keep = { until: input.until, by: actor.name, why: input.why }
  const until = input.until ? `until ${utcText(input.until)}` : 'for ever'
  return change(
    parts,
    actor,
    input.group,
    { keep, expiresAt: input.until },
    'GroupKept',
    `${actor.name} keeps ${input.group} ${until}: ${input.why}`,
  )
}

/** Takes a keep back: the group expires at its next morning again. */
export function releaseGroup(parts: Parts, actor: Actor, name: string): Promise<ServerGroup> {
  return change(
    parts,
    actor,
    name,
    { keep: null },
    'GroupReleased',
    `${actor.name} lets ${name} expire again.`,
  )
}

function change(
  parts: Parts,
  actor: Actor,
  name: string,
  patch: Partial<ServerGroup>,
  type: string,
  sentence: string,
): Promise<ServerGroup> {
  const cluster = parseServerGroupName(name)?.cluster ?? ''
  return parts.store.request(cluster, (state) => {
    const group = state?.groups.find((candidate) => candidate.name === name)
    if (!state || !group)
      throw new Refusal('UnknownGroup', `There is no server group ${name}. Nothing was changed.`, 'notFound')
    const leaving = activeTraffic(state)
    if (leaving?.kind === 'decommission' && !state.cluster.ruleArn)
      throw new Refusal(
        'Decommissioned',
        `${cluster} is being retired as a whole; ${name} goes with it. Nothing was changed.`,
      )
    const reason = reasonNotKeepable(group)
    if (reason) throw new Refusal('NotKeepable', `${reason} Nothing was changed.`)
    const expiresAt =
      patch.expiresAt === undefined ? warmUntil(state.cluster.policy, parts.clock.now()) : patch.expiresAt
    const kept: ServerGroup = { ...group, ...patch, expiresAt }
    return {
      change: {
        groups: [kept],
        events: [
          {
            stream: `cluster:${cluster}`,
            actor,
            cluster,
            application: state.cluster.application,
            event: { type, sentence, data: { group: name } },
          },
        ],
      },
      result: kept,
    }
  })
}
