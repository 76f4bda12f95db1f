import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { TargetHealths } from '../../server/cloud/target-healths.js'
import { awsTimings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'

const elb = mockClient(ElasticLoadBalancingV2Client)
let nowMs = 0
let asked: string[] = []
const clock = { now: () => new Date((nowMs += 1000)) }
const groups = (count: number) => Array.from({ length: count }, (_, nth) => ({ arn: `tg-${nth}`, port: 80 }))

beforeEach(() => {
  elb.reset()
  asked = []
  elb.on(DescribeTargetHealthCommand).callsFake(({ TargetGroupArn }: { TargetGroupArn: string }) => {
    asked.push(TargetGroupArn)
    return {
      TargetHealthDescriptions: [{ Target: { Id: 'i-1', Port: 80 }, TargetHealth: { State: 'healthy' } }],
    }
  })
})

function healths(looks = new Looks(awsTimings)) {
  const all = new TargetHealths(new ElasticLoadBalancingV2Client({}), looks, clock)
  return (count: number) => all.look(groups(count), () => Promise.resolve())
}

describe('the health of more target groups than a look asks for', () => {
  it('is asked for in turn: first those that never were, then who waits longest', async () => {
    const look = healths()
    expect((await look(150)).size).toBe(60)
    expect((await look(150)).size).toBe(120)
    expect((await look(150)).size).toBe(150)
    expect(new Set(asked.slice(0, 150)).size).toBe(150)
    // The third look had room for thirty that were asked for before: the first ones.
    expect(asked.slice(150)).toEqual(asked.slice(0, 30))
    await look(150)
    expect(asked.slice(180)).toEqual(asked.slice(30, 90))
  })

  it('is not asked for where the engine has just looked, and forgotten of what is gone', async () => {
    const looks = new Looks(awsTimings)
    const at = new Date(5)
    looks.sawTargets('tg-0', {
      at,
      targets: [{ instanceId: 'i-9', state: 'draining', reason: null, description: null }],
    })
    const look = healths(looks)
    const seen = await look(3)
    expect(asked).toEqual(['tg-1', 'tg-2'])
    expect(seen.get('tg-0')).toMatchObject({ at, targets: [{ instanceId: 'i-9', port: 80 }] })
    expect([...(await look(1)).keys()]).toEqual(['tg-0'])
  })

  it('is missing for one that went meanwhile', async () => {
    const gone = Object.assign(new Error('gone'), { Code: 'TargetGroupNotFound' })
    elb.on(DescribeTargetHealthCommand, { TargetGroupArn: 'tg-1' }).rejects(gone)
    expect([...(await healths()(2)).keys()]).toEqual(['tg-0'])
  })
})
