import { cleanupStream, type RecordedRun, type RunVerdict } from '../domain/cleanup-run.js'
import type { Cluster } from '../domain/cluster.js'
import { obstaclesTo, obstacleSentence } from '../domain/may-start.js'
import type { Actor, Operation } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import type { Restraint } from '../domain/restraint.js'
import { nightSurvived, verdicts, type Verdict } from '../domain/retention.js'
import type { Observed } from '../domain/observation.js'
import { whereIs } from '../domain/scope.js'
import { staysUntil, type ServerGroup } from '../domain/server-group.js'
import { requestRetirement } from './destroy.js'
import { freshLook } from './fresh-look.js'
import { LookBudget, readsOfLook } from './look-budget.js'
import type { Parts } from './parts.js'
import { seenForPages } from './seen-cache.js'

export interface CleanupPlan {
  readonly now: Date
  readonly groups: readonly Verdict[]
  /** Clusters that could not be looked at, with the reason: nothing of theirs goes. */
  readonly unseen: readonly string[]
}

/** What a plan shows may be this old, and older where a round of looks takes longer. */
const shownMs = 2000
/** Load balancing takes so many reads at once. */
const burst = 40

/** What a cleanup would destroy and what stays, with the reason of each; changes nothing. */
export async function planCleanup(parts: Parts, now?: Date): Promise<CleanupPlan> {
  refuseForeignClock(parts, now)
  const moment = now ?? parts.clock.now()
  return planOf(await lastLooks(parts), moment, await parts.store.openRestraints(moment))
}

function planOf(looks: readonly Look[], moment: Date, restraints: readonly Restraint[]): CleanupPlan {
  return {
    now: moment,
    groups: looks.flatMap((look) =>
      look.seen
        ? underHolds(verdicts(look.state, look.seen, moment), look.state.cluster, restraints, moment)
        : [],
    ),
    unseen: looks.flatMap((look) => (look.fault ? [`${look.name}: ${look.fault}`] : [])),
  }
}

/** What would go stays while a hold, a stop or a freeze keeps the cleanup out; the job looks again once it is over. */
function underHolds(
  judged: readonly Verdict[],
  cluster: Cluster,
  restraints: readonly Restraint[],
  moment: Date,
): readonly Verdict[] {
  const obstacles = obstaclesTo('cleanup', restraints, whereIs(cluster), moment)
  if (obstacles.length === 0) return judged
  return judged.map((each) =>
    each.verdict === 'goes' ? { ...each, verdict: 'stays', why: obstacleSentence(obstacles) } : each,
  )
}

/** Records a run and asks for the destruction of what goes; each group is judged again before anything irreversible. */
export async function runCleanup(
  parts: Parts,
  actor: Actor,
  now?: Date,
): Promise<{ runId: string; plan: CleanupPlan; operations: readonly Operation[] }> {
  refuseForeignClock(parts, now)
  const moment = now ?? parts.clock.now()
  await recordSurvivors(parts, moment)
  // One look for both: what is asked for is judged from the very snapshot that the plan was made from.
  const looks = await lookWhereDue(parts, moment)
  const plan = planOf(looks, moment, await parts.store.openRestraints(moment))
  const seen = new Map(looks.map((look) => [look.name, look.seen]))
  const operations: Operation[] = []
  for (const { group, verdict, why } of plan.groups) {
    const observed = seen.get(group.cluster)
    if (verdict === 'stays' || !observed) continue
    const clockOffsetMs = moment.getTime() - parts.clock.now().getTime()
    const request = {
      actor,
      reason: why,
      group: group.name,
      why: 'expired' as const,
      ...(now ? { clockOffsetMs } : {}),
    }
    try {
      operations.push(await requestRetirement(parts, request, observed))
    } catch (error) {
      // Something changed since the plan: it stays, and the next run judges it anew.
      if (!(error instanceof Refusal)) throw error
    }
  }
  const runId = parts.newId()
  await recordRun(parts, actor, runId, plan, operations)
  return { runId, plan, operations }
}

async function recordRun(
  parts: Parts,
  actor: Actor,
  runId: string,
  plan: CleanupPlan,
  operations: readonly Operation[],
): Promise<void> {
  const groups = plan.groups.map(({ group, verdict, why }): RunVerdict => ({
    group: group.name,
    cluster: group.cluster,
    verdict,
    why,
  }))
  const going = groups.filter((group) => group.verdict === 'goes').map((group) => group.group)
  const sentence =
    going.length > 0
      ? `Cleanup: ${going.join(', ')} ${going.length === 1 ? 'goes' : 'go'}, ${groups.length - going.length} stay.`
      : `Cleanup: nothing goes, ${groups.length} stay.`
  const data: RecordedRun & Pick<CleanupPlan, 'unseen'> = {
    runId,
    now: plan.now,
    groups,
    operations: operations.map((operation) => operation.id),
    unseen: plan.unseen,
  }
  await parts.store.record({
    events: [
      {
        stream: cleanupStream,
        actor,
        cluster: null,
        application: null,
        event: { type: 'CleanupRun', sentence, data: { ...data } },
      },
    ],
  })
}

interface Look {
  readonly name: string
  readonly state: Awaited<ReturnType<typeof freshLook>>['state']
  readonly seen: Observed | null
  readonly fault: string | null
}

/**
 * Every cluster: anew where something is due, one after another within the budget of looks; the others as they were seen
 * last. A cluster that can't be looked at loses nothing.
 */
async function lookWhereDue(parts: Parts, moment: Date): Promise<readonly Look[]> {
  const { calmReads: reads, stewardMs: perMs } = parts.timings
  const budget = new LookBudget({ reads, perMs, most: Math.min(reads, burst) })
  const looks: Look[] = []
  for (const last of await lastLooks(parts)) {
    if (!last.state.groups.some((group) => isDue(group, moment))) {
      looks.push(last)
      continue
    }
    const cost = readsOfLook(last.state.groups.length)
    while (!budget.take(cost)) await new Promise((resolve) => setTimeout(resolve, budget.msUntil(cost)))
    looks.push(await lookAnew(parts, last))
  }
  return looks
}

function isDue(group: ServerGroup, moment: Date): boolean {
  const end = staysUntil(group)
  return !['live', 'launching', 'standby'].includes(group.role) && end !== null && end <= moment
}

async function lookAnew(parts: Parts, { name, state: known }: Look): Promise<Look> {
  try {
    const { state, seen } = await freshLook(parts, name)
    return { name, state, seen, fault: null }
  } catch (error) {
    const state = { cluster: known.cluster, groups: [], operations: [], obligations: [], tickets: [] }
    return { name, state, seen: null, fault: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * Every cluster as the engine's last round of looks left it: each viewer of a plan would cost thousands of reads otherwise,
 * and each group is judged anew before it goes.
 */
async function lastLooks(parts: Parts): Promise<readonly Look[]> {
  const states = (await parts.history.clusterStates()).filter(({ cluster }) => !cluster.retired)
  const reads = states.reduce((sum, { groups }) => sum + readsOfLook(groups.length), 0)
  const roundMs = parts.looks.calm.msFor(reads)
  return Promise.all(
    states.map(async (state) => {
      const { name } = state.cluster
      try {
        return {
          name,
          state,
          seen: await seenForPages(parts, state, Math.max(shownMs, 2 * roundMs)),
          fault: null,
        }
      } catch (error) {
        return { name, state, seen: null, fault: error instanceof Error ? error.message : String(error) }
      }
    }),
  )
}

/** The live groups that have come through their night: what later decides which warm group is kept last. */
async function recordSurvivors(parts: Parts, now: Date): Promise<void> {
  for (const look of await lastLooks(parts)) {
    const survived = look.seen ? nightSurvived(look.state, look.seen, now) : null
    if (!survived) continue
    const { group, night } = survived
    await parts.store.request(look.name, (state) => {
      const present = state?.groups.find((candidate) => candidate.name === group.name)
      if (!state || present?.role !== 'live') return { change: {}, result: null }
      const event = {
        stream: `cluster:${look.name}`,
        actor: { name: 'nightly cleanup', via: 'job' as const },
        cluster: look.name,
        application: state.cluster.application,
        event: {
          type: 'NightSurvived',
          sentence: `${group.name} came through the night to ${night} in good order.`,
          data: { group: group.name, night },
        },
      }
      return {
        change: { groups: [{ ...present, survived: [...present.survived, night] }], events: [event] },
        result: null,
      }
    })
  }
}

function refuseForeignClock(parts: Parts, now: Date | undefined): void {
  if (now && parts.place.mode !== 'local')
    throw new Refusal(
      'ClockFixed',
      'Another time can be given only in the local cloud. Nothing was changed.',
      'invalid',
      {
        faults: [{ field: 'now', sentence: 'Leave it out: AWS’s time is the wall clock.' }],
      },
    )
}
