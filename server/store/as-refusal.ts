import { NewerRecords } from '../domain/newer-records.js'
import { Refusal } from '../domain/refusal.js'

/**
 * What a person's request is told of a fault: two that passed their checks at the same moment meet in a unique index, and
 * the second is refused; so is one of a cluster that a newer version wrote to. Any other fault stays what it is.
 */
export function asRefusal(error: unknown, cluster: string): unknown {
  if (error instanceof NewerRecords)
    return new Refusal('NewerRecords', `${error.message} Ask a console of the newer version.`)
  const fault = error as { code?: string; constraint?: string }
  if (fault.code !== '23505') return error
  if (fault.constraint === 'one_traffic_operation')
    return new Refusal(
      'OperationRunning',
      `Another operation of ${cluster} started at the same moment. Nothing was changed.`,
    )
  if (fault.constraint === 'one_operation_of_a_group')
    return new Refusal(
      'AlreadyAsked',
      `The same was asked of that group at the same moment. Nothing was changed.`,
    )
  if (fault.constraint === 'clusters_rule_arn_key')
    return new Refusal('RuleTaken', `Another cluster owns that listener rule. Nothing was changed.`)
  return error
}
