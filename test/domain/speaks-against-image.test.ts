import { describe, expect, it } from 'vitest'
import { speaksAgainstImage } from '../../server/domain/speaks-against-image.js'
import { seenGroup } from '../support/build.js'

const replaced = {
  activityId: 'a-1',
  startedAt: new Date(0),
  status: 'Successful',
  description: 'Terminating EC2 instance: i-1',
  cause: 'an instance was taken out of service in response to an ELB system health check failure.',
  message: null,
}
const noRoom = {
  activityId: 'a-2',
  startedAt: new Date(0),
  status: 'Failed',
  description: 'Launching a new EC2 instance.  Status Reason: We currently do not have sufficient capacity.',
  cause: 'an instance was started in response to a difference between desired and actual capacity.',
  message: 'We currently do not have sufficient capacity.',
}

describe('what speaks against an image', () => {
  it('is that its instances ran and were not healthy, or were replaced for it', () => {
    expect(speaksAgainstImage(seenGroup({ push: 2, healthy: 0 }))).toBe(true)
    expect(speaksAgainstImage(seenGroup({ push: 2, healthy: 1 }))).toBe(true)
    expect(speaksAgainstImage(seenGroup({ push: 2, desired: 0, activities: [replaced] }))).toBe(true)
  })

  it('is not that there was no room, or that it is well in all zones but one', () => {
    expect(speaksAgainstImage(seenGroup({ push: 2, desired: 0, activities: [noRoom] }))).toBe(false)
    const inTwo = seenGroup({ push: 2, inZones: ['us-east-1b', 'us-east-1c'], activities: [noRoom] })
    expect(speaksAgainstImage(inTwo)).toBe(false)
    expect(speaksAgainstImage(seenGroup({ push: 2, healthy: 2, activities: [replaced] }))).toBe(false)
  })
})
