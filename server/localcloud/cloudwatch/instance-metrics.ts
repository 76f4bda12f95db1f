import type { LocalCloud } from '../cloud.js'

const SAMPLE_EVERY_MS = 60_000
const MIN_EVERY_MS = 1000

interface Sample {
  cpuSeconds: number
  atMs: number
}

/** Puts the processor use of the instances' real processes, by instance and by Auto Scaling group. */
export class InstanceMetrics {
  private readonly last = new Map<string, Sample>()
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly cloud: LocalCloud) {}

  start(): void {
    this.schedule()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private schedule(): void {
    this.timer = setTimeout(
      () => {
        this.sample()
        this.schedule()
      },
      this.cloud.clock.scaled(SAMPLE_EVERY_MS, MIN_EVERY_MS),
    )
    this.timer.unref()
  }

  private sample(): void {
    const { ec2, metrics } = this.cloud
    const atMs = performance.now()
    for (const instance of ec2.instances()) {
      const { instanceId } = instance
      const before = this.last.get(instanceId)
      if (instance.state !== 'running') {
        this.last.delete(instanceId)
        continue
      }
      // Reading it walks the machine's process table: only for those that run.
      const { cpuSeconds } = instance
      if (cpuSeconds === undefined) continue
      this.last.set(instanceId, { cpuSeconds, atMs })
      if (!before || cpuSeconds < before.cpuSeconds) continue
      const percent = Math.min(100, ((cpuSeconds - before.cpuSeconds) / ((atMs - before.atMs) / 1000)) * 100)
      metrics.put('AWS/EC2', 'CPUUtilization', { InstanceId: instanceId }, percent, 'Percent')
      const group = instance.tags['aws:autoscaling:groupName']
      if (group) metrics.put('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: group }, percent, 'Percent')
      const impaired = instance.alive ? 0 : 1
      metrics.put('AWS/EC2', 'StatusCheckFailed', { InstanceId: instanceId }, impaired, 'Count')
    }
  }
}
