import { Option, type Command } from 'commander'
import { exits } from '../exits.js'
import { operationMeant, refuseIdle } from '../operation-meant.js'
import {
  endText,
  exitOf,
  followOperation,
  summary,
  stuckFields,
  type OperationDocument,
  type WholeOperation,
} from '../operations.js'
import { given } from '../flags.js'
import { kindWords, stateWords, waitWords, waysOn } from '../operation-state.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

export function operationVerbs(program: Command, face: Face): void {
  const group = program.command('operations').description('what was asked and how it went')

  verb(group, face, 'list', 'the latest operations', async ({ api, output, flags }) => {
    const { operations } = await api.get<{ operations: OperationDocument[] }>('/operations', {
      cluster: flags.cluster as string | undefined,
      active: flags.active === true ? 'true' : undefined,
      limit: '100',
    })
    const rows = operations.map((each) => [
      each.id,
      kindWords(each.kind),
      each.cluster,
      stateWords(each),
      shortTime(each.requestedAt),
      each.ended ? null : [waitWords(each), ...waysOn(each).map(({ command = '' }) => command)].join(' '),
    ])
    output.result({ operations }, table(['id', 'kind', 'cluster', 'phase', 'asked', 'waits for'], rows))
  })
    .option('--cluster <name>', 'only of this cluster')
    .option('--active', 'only those that have not ended')

  verb(
    group,
    face,
    'show <id>',
    'one operation with all that happened',
    async ({ api, output, args: [id = ''] }) => {
      const operation = await api.get<WholeOperation>(`/operations/${encodeURIComponent(id)}`)
      const { kind, cluster, wait, events, endSentence } = operation
      output.result(operation, [
        `${kindWords(kind)} of ${cluster}: ${stateWords(operation)}${wait ? `, ${waitWords(operation)}` : ''}`,
        ...waysOn(operation).map(({ label, command }) => `${label}: ${command ?? ''}`),
        ...events.map(({ at, sentence }) => `  ${shortTime(at, { seconds: true })}  ${sentence}`),
        ...(endSentence ? [endSentence] : []),
      ])
    },
  )

  verb(
    group,
    face,
    'wait <id>',
    'follow an operation to its end',
    async ({ api, output, args: [id = ''] }) => {
      const ended = await followOperation(api, output, id)
      output.result({ ...summary(ended), ...stuckFields(ended) }, endText(ended))
      return exitOf(ended)
    },
  )
}

/** What a person does to an operation that is under way. */
export function interventionVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'cancel <cluster-or-id>',
    'end what runs in a cluster',
    async ({ api, output, flags, args }) => {
      const meant = args[0] ?? ''
      const id = await operationMeant(api, meant, 'cancel')
      const asked = await api
        .post<{ operation: OperationDocument; ends: string }>(
          `/operations/${encodeURIComponent(id)}/cancel`,
          flags.reason === undefined ? {} : { reason: flags.reason },
        )
        .catch((error: unknown) => refuseIdle(api, meant, 'cancel', error))
      if (flags.wait !== true) return output.result(asked, asked.ends)
      const ended = await followOperation(api, output, id)
      const text = ended.stuck ? endText(ended) : (ended.endSentence ?? asked.ends)
      output.result({ ...asked, operation: summary(ended), ...stuckFields(ended) }, text)
      // After the switch a cancel takes the traffic back. What was through before it came had nothing left to cancel.
      const isDone = ended.outcome === 'cancelled' || ended.outcome === 'rolledBack'
      return isDone ? exits.done : exits.failed
    },
  )
    .option('--reason <text>', 'for the deploy log')
    .option('--wait', 'wait until it ended')

  decisionVerb(program, face, 'approve', 'let a deployment switch that waits for a person’s word')
  decisionVerb(program, face, 'decline', 'end a deployment that waits for a person’s word')

  verb(
    program,
    face,
    'pause <cluster-or-id>',
    'let a deployment that has not switched stand still',
    async ({ api, output, flags, args }) => {
      const meant = args[0] ?? ''
      const id = await operationMeant(api, meant, 'pause')
      const asked = await api
        .post<{ operation: OperationDocument }>(
          `/operations/${encodeURIComponent(id)}/pause`,
          given(flags, ['reason']),
        )
        .catch((error: unknown) => refuseIdle(api, meant, 'pause', error))
      output.result(asked, `Paused. Go on with: npx delling resume ${id}`)
    },
  ).requiredOption('--reason <text>', 'why; for the deploy log')

  verb(
    program,
    face,
    'resume <id>',
    'go on with an operation that halted, is paused or waits for a hold',
    async ({ api, output, flags, args }) => {
      const id = args[0] ?? ''
      const resumed = await api.post<{ id: string }>(`/operations/${encodeURIComponent(id)}/resume`, {
        ...given(flags, ['choice', 'override']),
      })
      if (flags.wait !== true) return output.result(resumed, `Resumed ${id}.`)
      const ended = await followOperation(api, output, id)
      output.result({ ...summary(ended), ...stuckFields(ended) }, endText(ended))
      return exitOf(ended)
    },
  )
    .addOption(
      new Option(
        '--choice <choice>',
        'where it halted: again (try on), accept (take things as they are), restore (put the rule back first)',
      ).choices(['again', 'accept', 'restore']),
    )
    .option('--override <reason>', 'though something is stopped or on hold; recorded')
    .option('--wait', 'wait until it ended')

  queueVerb(program, face)
}

/** After a deployment that failed or was rolled back, those behind it wait for a person. */
function queueVerb(program: Command, face: Face): void {
  verb(
    program,
    face,
    'resume-queue <cluster>',
    'let a queue go on that stands still after a failed or rolled-back deployment',
    async ({ api, output, args: [cluster = ''] }) => {
      const path = `/clusters/${encodeURIComponent(cluster)}/queue/resume`
      output.result(await api.post<object>(path, {}), `The queue of ${cluster} goes on.`)
    },
  )
}

/** A person's word on the switch, with the reason that the deploy log shows. */
function decisionVerb(program: Command, face: Face, name: 'approve' | 'decline', what: string): void {
  verb(program, face, `${name} <cluster-or-id>`, what, async ({ api, output, flags, args }) => {
    const meant = args[0] ?? ''
    const id = await operationMeant(api, meant, name)
    const { operation } = await api
      .post<{ operation: OperationDocument }>(`/operations/${encodeURIComponent(id)}/${name}`, {
        reason: flags.reason,
      })
      .catch((error: unknown) => refuseIdle(api, meant, name, error))
    if (flags.wait !== true) return output.result({ operation: summary(operation) }, `${words[name]} ${id}.`)
    const ended = await followOperation(api, output, id)
    output.result({ ...summary(ended), ...stuckFields(ended) }, endText(ended))
    // What was declined ends cancelled: that is what was asked for.
    return name === 'approve' ? exitOf(ended) : ended.outcome === 'cancelled' ? exits.done : exits.failed
  })
    .requiredOption('--reason <text>', 'why; for the deploy log')
    .option('--wait', 'wait until it ended')
}

const words = { approve: 'Approved', decline: 'Declined' } as const
