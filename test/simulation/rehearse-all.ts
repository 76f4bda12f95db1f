import { isDeepStrictEqual } from 'node:util'
import { dangerScripts } from './danger-scripts.js'
import { inWorkers } from './pool.js'
import { callFaults, scripts, type Asked, type Interference, type Rehearsed } from './rehearsal.js'
import { Random } from './random.js'
import type { Task } from './worker.js'

export interface Rehearsals {
  readonly points: Readonly<Record<string, number>>
  readonly crashes: number
  readonly pauses: number
  readonly callFaults: number
  /** Of people, each in the instant between a decision and its record. */
  readonly requests: number
  /** Faults after which the end was the undisturbed one; the others ended as they said, with nothing broken. */
  readonly sameEnd: number
  readonly statedEnds: Readonly<Record<string, number>>
  readonly failures: readonly string[]
  readonly seconds: number
}

interface RehearseOptions {
  readonly folder: string
  /** One script instead of all of them. */
  readonly script?: string
  /** Takes every n-th of the interferences, beginning with `offset`; deaths by `everyCrash`, in scripts that are sampled by `everySampled`. */
  readonly everyFault: number
  readonly everyCrash: number
  readonly everySampled: number
  readonly offset: number
  /** Only faults at writes of the rule and of marks, the few that the tickets are about, and sleep before an answer is recorded. */
  readonly ruleOnly?: boolean
  /** Stops at the first failure: for bugs that are there on purpose. */
  readonly untilFirst?: boolean
  readonly say?: (sentence: string) => void
}

/** Longer than a lease, shorter than any deadline; and longer than most deadlines. */
const pauses = [40_000, 700_000]
/** Longer than a lease, with nobody there to take it: whoever wakes up finds its own lease run out, and gets it again. */
const pauseAloneMs = 10_000
const asks: readonly Asked[] = ['cancel', 'switch back']

/**
 * Rehearses every script undisturbed, then again with a death at each point it passed, with the process stopped there for
 * a while, and with each fault at each call it made. The points come from the undisturbed run, so that a new call is
 * rehearsed without anybody listing it.
 */
export async function rehearseAll(options: RehearseOptions): Promise<Rehearsals> {
  const begun = performance.now()
  const names = options.script === undefined ? Object.keys(scripts) : [options.script]
  const undisturbed = new Map<string, Rehearsed>()
  const failures: string[] = []
  const totals = { crashes: 0, pauses: 0, callFaults: 0, requests: 0, sameEnd: 0 }
  const statedEnds: Record<string, number> = {}
  const queue: Task[] = names.map((script) => rehearsal(script, { kind: 'none' }))
  let count = 0
  const passed = (result: Rehearsed) => {
    undisturbed.set(result.script, result)
    fail(problemsOf(result, result))
    if (undisturbed.size < names.length) return
    // In the scripts' own order, whichever worker was first: the same part is taken on every machine.
    const inOrder = names.map((name) => undisturbed.get(name)!)
    const tasks = tasksOf(inOrder, options)
    // What finds a bug lies close together in that order: mixed, the first of it comes early whichever the bug is.
    queue.push(...(options.untilFirst ? new Random(tasks.length).shuffled(tasks) : tasks))
  }
  const fail = (problems: readonly string[]) => {
    failures.push(...problems)
    // At once: the rest may take an hour.
    for (const problem of problems) options.say?.(problem)
  }
  const disturbed = (result: Rehearsed, expected: Rehearsed) => {
    fail(problemsOf(result, expected))
    const { kind } = result.interference
    if (kind === 'none') return
    if (kind === 'crash') totals.crashes += 1
    if (kind === 'pause') totals.pauses += 1
    if (kind === 'call') totals.callFaults += 1
    if (kind === 'ask') totals.requests += 1
    if (isDeepStrictEqual(result.end, expected.end)) totals.sameEnd += 1
    else statedEnds[outcomeOf(result)] = (statedEnds[outcomeOf(result)] ?? 0) + 1
    if (++count % 200 === 0)
      options.say?.(`${count} rehearsals, ${queue.length} to come, ${failures.length} failed`)
  }
  await inWorkers<Rehearsed>({
    folder: options.folder,
    next: () => queue.shift() ?? null,
    done: (result) => {
      const expected = undisturbed.get(result.script)
      if (expected) disturbed(result, expected)
      else passed(result)
      return !options.untilFirst || failures.length === 0
    },
  })
  const points = names.flatMap((name) => {
    const result = undisturbed.get(name)
    return result ? [[name, result.points.length] as const] : []
  })
  return {
    points: Object.fromEntries(points),
    ...totals,
    statedEnds,
    failures,
    seconds: (performance.now() - begun) / 1000,
  }
}

function rehearsal(script: string, interference: Interference, replicas = 1): Task {
  return { task: 'rehearsal', script, interference, replicas }
}

function tasksOf(
  undisturbed: readonly Rehearsed[],
  { everyCrash, everyFault, everySampled, offset, ruleOnly }: RehearseOptions,
): Task[] {
  const some = <Item>(items: readonly Item[], every: number) =>
    items.filter((_item, at) => at % every === offset % every)
  const shared = undisturbed.map(({ script }) => rehearsal(script, { kind: 'none' }, 3))
  const crashes = undisturbed.flatMap(({ script, points }) =>
    some(points, isSampled(script) ? everySampled : everyCrash).map((point) =>
      rehearsal(script, { kind: 'crash', point }),
    ),
  )
  const stops = undisturbed.flatMap(({ script, points }) =>
    points.flatMap((point) => pauses.map((ms) => rehearsal(script, { kind: 'pause', point, ms }, 2))),
  )
  const alone = undisturbed.flatMap(({ script, points }) =>
    points
      .filter((point) => !ruleOnly || point.startsWith('answer'))
      .map((point) => rehearsal(script, { kind: 'pause', point, ms: pauseAloneMs })),
  )
  const requests = undisturbed.flatMap(({ script, points }) =>
    points
      .filter((point) => point.includes('not recorded'))
      .flatMap((point) => asks.map((ask) => rehearsal(script, { kind: 'ask', point, ask }))),
  )
  const faults = undisturbed.flatMap(({ script, calls }) =>
    calls.flatMap((call, nth) =>
      ruleOnly && call !== 'ModifyRule' && !call.endsWith('Tags')
        ? []
        : callFaults.map((fault) => rehearsal(script, { kind: 'call', nth, fault })),
    ),
  )
  if (ruleOnly)
    return [...some(faults, everyFault), ...some(requests, everyFault), ...shared, ...some(alone, everyFault)]
  return [
    ...shared,
    ...crashes,
    ...some(stops, everyFault),
    ...some(alone, everyFault),
    ...some(requests, everyFault),
    ...some(faults, everyFault),
  ]
}

/** What an interference must not lead to: a point never reached, a broken promise, or an end that is not the undisturbed one. */
function problemsOf(result: Rehearsed, expected: Rehearsed): string[] {
  const what = `${result.script}, ${interferenceSentence(result)}`
  const problems = result.violations.map((violation) => `${what}: ${violation}`)
  if (!result.reached) problems.push(`${what}: never reached`)
  const mustBeSame =
    ['crash', 'none'].includes(result.interference.kind) && !scripts[result.script]?.endsByTiming
  if (mustBeSame && !isDeepStrictEqual(result.end, expected.end))
    problems.push(
      `${what}: ends elsewhere\n${JSON.stringify(result.end)}\ninstead of\n${JSON.stringify(expected.end)}`,
    )
  return problems
}

function isSampled(script: string): boolean {
  return script in dangerScripts || scripts[script]?.sampled === true
}

function interferenceSentence({ interference, calls }: Rehearsed): string {
  switch (interference.kind) {
    case 'none':
      return 'undisturbed, also by three replicas'
    case 'crash':
      return `death at “${interference.point}”`
    case 'pause':
      return `${interference.ms / 1000} s asleep at “${interference.point}”`
    case 'ask':
      return `a person's ${interference.ask} before “${interference.point}”`
    case 'call':
      return `${calls[interference.nth] ?? 'a call'} (no. ${interference.nth + 1}): ${interference.fault.name}`
  }
}

function outcomeOf({ outcomes }: Rehearsed): string {
  return outcomes.at(-1)?.split(':')[0] ?? 'nothing ended'
}
