import { describe, expect, it } from 'vitest'
import { budgetUse } from '../../server/domain/call-budget.js'
import { latencyStep, p95Ms, summedFigures, type CallFigures } from '../../server/domain/call-figures.js'

const figures = (api: string, count: number, tookMs: readonly number[] = []): CallFigures => {
  const latency: Record<string, number> = {}
  for (const ms of tookMs) latency[latencyStep(ms)] = (latency[latencyStep(ms)] ?? 0) + 1
  return { api, count, throttled: 0, refused: 0, unanswered: 0, latency }
}

describe('how long requests took', () => {
  it('is told at most a seventh too long, and never too short', () => {
    for (const ms of [1, 2, 7, 83, 84, 499, 1000, 14_999]) {
      const told = p95Ms({ [latencyStep(ms)]: 1 }) ?? 0
      expect(told).toBeGreaterThanOrEqual(Math.floor(ms))
      expect(told).toBeLessThanOrEqual(ms * 1.15 + 1)
    }
  })

  it('leaves the slowest five of a hundred out', () => {
    const fast = Array.from({ length: 95 }, () => 20)
    expect(p95Ms(figures('x', 100, [...fast, 9000, 9000, 9000, 9000, 9000]).latency)).toBeLessThan(25)
    expect(
      p95Ms(figures('x', 100, [...fast.slice(1), ...Array<number>(6).fill(9000)]).latency),
    ).toBeGreaterThan(8999)
    expect(p95Ms({})).toBeNull()
  })

  it('is added up over replicas, by API, without changing what was added', () => {
    const one = figures('ec2:RunInstances', 2, [10, 10])
    const sum = summedFigures([
      [one],
      [figures('ec2:RunInstances', 3, [10, 500, 500]), figures('s3:PutObject', 9)],
    ])
    expect(sum.map(({ api, count }) => [api, count])).toEqual([
      ['s3:PutObject', 9],
      ['ec2:RunInstances', 5],
    ])
    expect(sum[1]?.latency[latencyStep(10)]).toBe(3)
    expect(one.latency).toEqual({ [latencyStep(10)]: 2 })
  })
})

describe('what is used of the call budget', () => {
  it('is counted for all reads of ELB together, and by operation for EC2', () => {
    const use = budgetUse([
      figures('elasticloadbalancing:DescribeRules', 200),
      figures('elasticloadbalancing:DescribeTargetHealth', 100),
      figures('elasticloadbalancing:ModifyRule', 9),
      figures('elasticloadbalancing:RegisterTargets', 24),
      figures('ec2:DescribeInstances', 12),
      figures('ec2:RunInstances', 12),
      figures('autoscaling:DescribeAutoScalingGroups', 59),
      figures('sts:GetCallerIdentity', 1000),
    ])
    expect(use.map(({ name, count, perMinute }) => [name, count, perMinute])).toEqual([
      ['ELB reads', 300, 600],
      ['ELB registrations', 24, 240],
      ['EC2 RunInstances', 12, 120],
      ['Auto Scaling', 59, 600],
      ['ELB changes', 9, 180],
      ['EC2 DescribeInstances', 12, 1200],
    ])
    expect(use[0]?.share).toBe(0.5)
    expect(use.find(({ name }) => name === 'Auto Scaling')?.assumed).toBe(true)
  })
})
