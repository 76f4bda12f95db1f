import type { Operation } from '../cloud.js'
import type { Ec2Core } from './core.js'
import { instanceFilters, stateOf } from './describe-instance.js'
import type { Filterable } from './filters.js'
import { type InstancesInput, selectInstances } from './instances.js'
import { page } from './pages.js'
import type { InstanceRecord } from './records.js'

/** AWS's status checks take minutes to say ok. */
const CHECKED_AFTER_MS = 120_000

export function instanceStatusOperations(core: Ec2Core): Record<string, Operation> {
  const fields: Filterable<InstanceRecord> = {
    ...instanceFilters(core),
    'instance-status.status': (each) => statusOf(core, each),
    'system-status.status': (each) => systemStatus(statusOf(core, each)),
  }
  return {
    DescribeInstanceStatus: (input: InstancesInput & { IncludeAllInstances?: boolean }) => {
      const shown = selectInstances(core, input, fields).filter(
        (each) => each.state === 'running' || input.IncludeAllInstances,
      )
      const { items, NextToken } = page(shown, (each) => each.instanceId, input)
      return { InstanceStatuses: items.map((each) => describeStatus(core, each)), NextToken }
    },
  }
}

type Status = 'ok' | 'impaired' | 'initializing' | 'not-applicable'

function statusOf(core: Ec2Core, instance: InstanceRecord): Status {
  if (instance.state !== 'running') return 'not-applicable'
  if (!instance.alive) return 'impaired'
  const since = instance.runningAt === undefined ? 0 : core.now() - instance.runningAt
  return since >= core.cloud.clock.scaled(CHECKED_AFTER_MS) ? 'ok' : 'initializing'
}

/** A dead system is the instance's fault, never the host's. */
const systemStatus = (status: Status): Status => (status === 'impaired' ? 'ok' : status)

const reachability: Readonly<Record<Status, string | undefined>> = {
  ok: 'passed',
  impaired: 'failed',
  initializing: 'initializing',
  'not-applicable': undefined,
}

const summary = (status: Status) => {
  const passed = reachability[status]
  return { Status: status, Details: passed ? [{ Name: 'reachability', Status: passed }] : [] }
}

function describeStatus(core: Ec2Core, instance: InstanceRecord): object {
  const status = statusOf(core, instance)
  return {
    InstanceId: instance.instanceId,
    AvailabilityZone: instance.availabilityZone,
    InstanceState: stateOf(instance.state),
    InstanceStatus: summary(status),
    SystemStatus: summary(systemStatus(status)),
    Events: [],
  }
}
