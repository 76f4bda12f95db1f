import { isFree, stopsAt } from '../../server/domain/may-start.js'
import type { Operation, OperationEvent } from '../../server/domain/operation.js'
import { isOverridden } from '../../server/domain/pause.js'
import { isOver } from '../../server/domain/restraint.js'
import { whereIs } from '../../server/domain/scope.js'
import type { Witness } from './witness.js'

/** What begins something, or takes it a step further that a person who said stop would not want. */
const moves: ReadonlySet<OperationEvent['type']> = new Set([
  'Promoted',
  'LaunchStarted',
  'StepStarted',
  'SwitchIntended',
  'RetireStarted',
  'ShrinkStarted',
  'ResizeStarted',
  'DecommissionStarted',
  'MarkingStarted',
  'UnmarkingStarted',
])

/** Nothing begins that people keep from beginning, and nothing that they let stand still goes on. */
export class RestraintChecks {
  constructor(private readonly witness: Witness) {}

  /** Told of each event of an operation, after it was written. */
  recorded(id: string, event: OperationEvent, cluster: string | null): void {
    const state = cluster ? this.witness.world.store.peek(cluster) : null
    const operation = state?.operations.find((each) => each.id === id)
    if (!state || !operation || operation.kind === 'switchBack') return
    if (!moves.has(event.type) && event.type !== 'Requested') return
    const at = new Date(this.witness.now)
    const open = this.witness.world.store.allRestraints().filter((each) => !isOver(each, at))
    const where = whereIs(state.cluster)
    this.witness.checks += 1
    const change = operation.kind === 'deploy' || operation.kind === 'create' ? operation.kind : null
    const begins = event.type === 'Promoted' || (event.type === 'Requested' && !event.queued)
    if (change && begins && !operation.request.override && !isFree(change, open, where, at))
      this.fail(operation, event, 'though something keeps it from beginning')
    if (event.type === 'Requested') return
    if (operation.paused) this.fail(operation, event, 'though it is paused')
    if (stopsAt(open, where, at).some((stop) => !isOverridden(operation, stop.id)))
      this.fail(operation, event, 'though everything is stopped')
  }

  private fail({ kind, id }: Operation, { type }: OperationEvent, why: string): void {
    this.witness.fail('P19', `${type} of the ${kind} ${id} was recorded ${why}`)
  }
}
