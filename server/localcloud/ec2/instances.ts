import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { type Ec2Core, isVisible } from './core.js'
import { describeInstance, instanceFilters, stateOf } from './describe-instance.js'
import { type Filter, type Filterable, filtered } from './filters.js'
import { found } from './ids.js'
import type { Lifecycle } from './lifecycle.js'
import { page, type PageRequest } from './pages.js'
import type { InstanceRecord } from './records.js'

export interface InstancesInput extends PageRequest {
  readonly InstanceIds?: readonly string[]
  readonly Filters?: readonly Filter[]
}

export const instanceOf = (core: Ec2Core, instanceId: string): InstanceRecord =>
  found('instance', instanceId, (id) => {
    const instance = core.state.instances[id]
    return instance && isVisible(instance) ? instance : undefined
  })

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
    input.InstanceIds?.map((id) => instanceOf(core, id)) ??
    Object.values(core.state.instances).filter(isVisible)
  return filtered(all, input.Filters, fields, (each) => core.tags.of(each.instanceId))
}

export function instanceOperations(core: Ec2Core, lifecycle: Lifecycle): Record<string, Operation> {
  const change = (ids: readonly string[], key: string, act: (instance: InstanceRecord) => void) => {
    const instances = ids.map((id) => instanceOf(core, id))
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
      const blocked = InstanceIds.map((id) => instanceOf(core, id)).find((each) => each.terminationProtected)
      if (blocked)
        throw new AwsFault(
          'OperationNotPermitted',
          `The instance '${blocked.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
        )
      return change(InstanceIds, 'TerminatingInstances', (each) => lifecycle.terminate(each))
    },
    StopInstances: ({ InstanceIds }: { InstanceIds: string[] }) =>
      change(InstanceIds, 'StoppingInstances', (each) => {
        refuseState(each, ['shutting-down', 'terminated'], 'stopped')
        lifecycle.stop(each)
      }),
    StartInstances: ({ InstanceIds }: { InstanceIds: string[] }) =>
      change(InstanceIds, 'StartingInstances', (each) => {
        refuseState(each, ['shutting-down', 'terminated', 'stopping'], 'started')
        if (each.state === 'stopped') lifecycle.start(each)
      }),
    RebootInstances: ({ InstanceIds }: { InstanceIds: string[] }) => {
      for (const each of InstanceIds.map((id) => instanceOf(core, id))) {
        refuseState(each, ['shutting-down', 'terminated', 'stopping', 'stopped'], 'rebooted')
        lifecycle.reboot(each)
      }
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
