import { describe, expect, it } from 'vitest'
import { failedActivitySentences, reasonLaunchHopeless } from '../../server/domain/launch-failure.js'
import { seenGroup } from '../support/build.js'

const replaced = (cause: string, at = 0) => ({
  activityId: `a-${at}`,
  startedAt: new Date(1000 * at),
  status: 'Successful',
  description: 'Terminating EC2 instance: i-1',
  cause: `At 2026-03-02T12:35:40Z an instance was taken out of service in response to ${cause}.`,
  message: null,
})
const withReplaced = (cause: string, times: number) => ({
  ...seenGroup({ push: 1 }),
  activities: Array.from({ length: times }, (_, at) => replaced(cause, at)),
})

describe('a launch in which instances are replaced over and over', () => {
  it.each([
    'an ELB system health check failure',
    'an EC2 instance status checks failure',
    'an EC2 health check indicating it has been terminated or stopped',
  ])('is given up after more than two, in AWS’s words: %s', (cause) => {
    expect(reasonLaunchHopeless(withReplaced(cause, 2))).toBeNull()
    expect(reasonLaunchHopeless(withReplaced(cause, 3))).toContain(
      `Instances start but do not stay healthy: 3 were replaced. At 2026-03-02T12:35:40Z an instance was taken out of service in response to ${cause}.`,
    )
    expect(failedActivitySentences(withReplaced(cause, 1).activities)).toHaveLength(1)
  })

  it('is not taken for one where somebody made the group smaller', () => {
    const cause = 'a difference between desired and actual capacity, shrinking the capacity from 6 to 3'
    expect(reasonLaunchHopeless(withReplaced(cause, 3))).toBeNull()
  })
})
