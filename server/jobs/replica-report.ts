import { hostname } from 'node:os'
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { CallFigures } from '../domain/call-figures.js'
import type { LookShare, Pulse, ReplicaReport, ScopeLook } from '../domain/replica.js'

/** Where a replica learns how it is. */
export interface ReportSources {
  readonly version: string
  readonly pool: () => ReplicaReport['pool']
  readonly streams: () => number
  readonly calls: () => readonly CallFigures[]
  readonly callsSinceStart: () => ReplicaReport['callsSinceStart']
  readonly looks: () => readonly ScopeLook[]
  readonly lookShare: () => LookShare
  readonly pulses: () => readonly Pulse[]
  readonly leftAlone: () => ReadonlyMap<string, string>
}

const resolutionMs = 20

/** Makes what this process says of itself; each report begins to count its delays anew. */
export function makeReporter(sources: ReportSources): () => ReplicaReport {
  const delays: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  return () => {
    const lateMs = delays.count > 0 ? delays.percentile(99) / 1e6 - resolutionMs : 0
    delays.reset()
    const { rss, heapUsed } = process.memoryUsage()
    return {
      version: sources.version,
      node: process.version,
      host: hostname(),
      pid: process.pid,
      uptimeMs: Math.round(process.uptime() * 1000),
      memory: {
        rssBytes: rss,
        heapUsedBytes: heapUsed,
        heapLimitBytes: getHeapStatistics().heap_size_limit,
      },
      lateMs: Math.max(0, Math.round(lateMs)),
      pool: sources.pool(),
      streams: sources.streams(),
      calls: sources.calls(),
      callsSinceStart: sources.callsSinceStart(),
      looks: sources.looks(),
      lookShare: sources.lookShare(),
      pulses: sources.pulses(),
      leftAlone: [...sources.leftAlone()].map(([scope, why]) => ({ scope, why })),
    }
  }
}
