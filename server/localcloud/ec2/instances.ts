import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { type Ec2Core, isVisible } from './core.js'
import { describeInstance, instanceFilters, stateOf } from './describe-instance.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { allFound, found } from './ids.js'
import type { Lifecycle } from './lifecycle.js'
import { page, type PageRequest } from './pages.js'
import type { InstanceRecord } from './records.js'

export interface InstancesInput extends PageRequest {
  readonly InstanceIds?: readonly string[]
  readonly Filters?: readonly Filter[]
}

const visible = (core: Ec2Core) => (id: string) => {
  const instance = core.state.instances[id]
  return instance && isVisible(instance) ? instance : undefined
}

export const instanceOf = (core: Ec2Core, instanceId: string): InstanceRecord =>
  found('instance', instanceId, visible(core))

/** Each once, however often it was named. */
const instancesOf = (core: Ec2Core, instanceIds: readonly string[]): InstanceRecord[] =>
  allFound('instance', [...new Set(instanceIds)], visible(core))

/** The instances that a Describe call asks for, by id or by filter. */
export function selectInstances(
  core: Ec2Core,
  input: InstancesInput,
  fields: Filterable<InstanceRecord> = instanceFilters(core),
): InstanceRecord[] {
  if (input.InstanceIds && input.MaxResults !== undefined)
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    )
  const all =
    (input.InstanceIds && instancesOf(core, input.InstanceIds)) ??
    Object.values(core.state.instances).filter(isVisible)
  return filtered(all, input.Filters, fields, (each) => core.tags.of(each.instanceId))
}

export function instanceOperations(core: Ec2Core, lifecycle: Lifecycle): Record<string, Operation> {
  /** Every instance is checked before the first is changed. */
  const change = (
    ids: readonly string[],
    key: string,
    act: (instance: InstanceRecord) => unknown,
    check: (instance: InstanceRecord) => void = () => undefined,
  ) => {
    const instances = instancesOf(core, ids)
    instances.forEach(check)
    return {
      [key]: instances.map((instance) => {
        const PreviousState = stateOf(instance.state)
        act(instance)
        return { InstanceId: instance.instanceId, PreviousState, CurrentState: stateOf(instance.state) }
      }),
    }
  }

  return {
    DescribeInstances: (input: InstancesInput) => {
      const { items, NextToken } = page(selectInstances(core, input), (each) => each.instanceId, input)
      const reservations = new Map<string, InstanceRecord[]>()
      for (const each of items)
        reservations.set(each.reservationId, [...(reservations.get(each.reservationId) ?? []), each])
      return {
        Reservations: [...reservations].map(([ReservationId, instances]) => ({
          ReservationId,
          OwnerId: core.cloud.accountId,
          Groups: [],
          Instances: instances.map((each) => describeInstance(core, each)),
        })),
        NextToken,
      }
    },
    TerminateInstances: ({ InstanceIds }: { InstanceIds: string[] }) => {
      const blocked = instancesOf(core, InstanceIds).find((each) => each.terminationProtected)
      if (blocked)
        throw new AwsFault(
          'OperationNotPermitted',
          `The instance '${blocked.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
        )
      return change(InstanceIds, 'TerminatingInstances', (each) => lifecycle.terminate(each))
    },
    StopInstances: ({ InstanceIds }: { InstanceIds: string[] }) =>
      change(
        InstanceIds,
        'StoppingInstances',
        (each) => lifecycle.stop(each),
        (each) => refuseState(each, ['shutting-down', 'terminated'], 'stopped'),
      ),
    StartInstances: ({ InstanceIds }: { InstanceIds: string[] }) =>
      change(
        InstanceIds,
        'StartingInstances',
        (each) => each.state === 'stopped' && lifecycle.start(each),
        (each) => refuseState(each, ['shutting-down', 'terminated', 'stopping'], 'started'),
      ),
    RebootInstances: ({ InstanceIds }: { InstanceIds: string[] }) => {
      const instances = instancesOf(core, InstanceIds)
      for (const each of instances)
        refuseState(each, ['shutting-down', 'terminated', 'stopping', 'stopped'], 'rebooted')
      for (const each of instances) lifecycle.reboot(each)
      return {}
    },
    GetConsoleOutput: ({ InstanceId, Latest }: { InstanceId: string; Latest?: boolean }) => {
      const instance = instanceOf(core, InstanceId)
      const lateMs = Latest ? 0 : core.cloud.knobs.settings.consoleDelayMs
      const output = core.machines.consoleOutput(instance.instanceId, Date.now() - lateMs)
      return { InstanceId, Timestamp: new Date(core.now()), Output: output.toString('base64') }
    },
  }
}

function refuseState(instance: InstanceRecord, states: readonly string[], verb: string): void {
  if (!states.includes(instance.state)) return
  throw new AwsFault(
    'IncorrectInstanceState',
    `The instance '${instance.instanceId}' is not in a state from which it can be ${verb}.`,
  )
}
