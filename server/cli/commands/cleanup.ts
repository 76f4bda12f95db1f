import type { Command } from 'commander'
import { exits, usageFailure } from '../exits.js'
import { moment } from '../flags.js'
import {
  endText,
  followOperation,
  stuckFields,
  summary,
  type Followed,
  type OperationDocument,
} from '../operations.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'
import { waitForEnd, type Progress } from '../wait-for-end.js'

interface Verdict {
  readonly group: string
  readonly cluster: string
  readonly verdict: 'goes' | 'stays'
  readonly why: string
}

interface CleanupDocument {
  readonly now?: string
  readonly groups: readonly Verdict[]
  readonly leftovers?: readonly unknown[]
}

interface CleanupRun extends Progress, CleanupDocument {
  readonly operations: readonly (string | { readonly id: string })[]
}

export function cleanupVerb(program: Command, face: Face): void {
  verb(
    program,
    face,
    'cleanup',
    'destroy what has expired, as the nightly job does',
    async ({ api, output, flags }) => {
      const now = flags.now as string | undefined
      if (flags.dryRun === true) {
        if (flags.wait === true)
          throw usageFailure('--dry-run destroys nothing: there is nothing to --wait for.')
        const plan = await api.get<CleanupDocument>('/cleanup', { now })
        const document = { ...plan, operations: [], leftovers: plan.leftovers ?? [] }
        return output.result(document, [...verdicts(plan.groups), 'Nothing was changed.'])
      }
      const asked = await api.post<CleanupRun & { run: { id: string } }>(
        '/cleanup',
        now === undefined ? {} : { now },
      )
      if (flags.wait !== true) return output.result(asked, asked.run.id)
      // The operations say more of their progress than the run does.
      const operations: Followed[] = []
      for (const { id } of asked.operations.map(asObject))
        operations.push(await followOperation(api, output, id))
      const still = operations.filter(({ stuck }) => stuck !== null)
      const askRun = () => api.get<CleanupRun>(`/cleanup/runs/${encodeURIComponent(asked.run.id)}`)
      // A run does not end before its operations do.
      const run = still.length > 0 ? await askRun() : await waitForEnd(askRun, output)
      const document = {
        run: asked.run,
        now: run.now ?? asked.now ?? now ?? null,
        groups: asked.groups,
        operations: operations.map((each) => ({ ...summary(each), ...stuckFields(each) })),
        leftovers: run.leftovers ?? [],
      }
      output.result(document, [
        ...verdicts(asked.groups),
        ends(operations, document.leftovers),
        ...still.flatMap((each) => endText(each)),
      ])
      return operations.every(({ outcome }) => outcome === 'succeeded') ? exits.done : exits.failed
    },
  )
    .option('--dry-run', 'say for each group why it goes or stays, and destroy nothing')
    .option('--now <moment>', 'take this as the time, such as 2026-11-25T10:00:00Z; local cloud only', moment)
    .option('--wait', 'wait until nothing of what goes is left')
}

const asObject = (operation: string | { readonly id: string }) =>
  typeof operation === 'string' ? { id: operation } : operation

const verdicts = (groups: readonly Verdict[]) =>
  table(
    ['group', 'verdict', 'why'],
    groups.map(({ group, verdict, why }) => [group, verdict, why]),
  )

function ends(operations: readonly OperationDocument[], leftovers: readonly unknown[]): string {
  const failed = operations.filter(({ outcome }) => outcome !== 'succeeded')
  const left =
    leftovers.length === 0 ? 'Looked for leftovers: none.' : `Left over: ${leftovers.map(String).join(', ')}.`
  const done = `Destroyed ${operations.length - failed.length} of ${operations.length}.`
  return [done, ...failed.map(({ id, reason }) => `${id}: ${reason ?? 'not destroyed'}.`), left].join(' ')
}
