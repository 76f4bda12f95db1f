import { expect } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { isEnded, type Operation, type Outcome } from '../../server/domain/operation.js'
import type { Timings } from '../../server/domain/timings.js'
import { cancelOperation } from '../../server/engine/cancel.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { appliedCalls, madeTwice, switchesTo } from '../support/audited-calls.js'
import { startDatabaseServer, type Absence, type DatabaseServer } from '../support/database-server.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

/** Phases last long enough to be met, and calls are under way when the database goes. */
const timings: Partial<Timings> = {
  stableMs: 1500,
  settleMs: 1500,
  watchMs: 1500,
  quietMs: 1500,
  goneMs: 1000,
  unpinMs: 500,
}
const slowMs = 1200
const name = 'sunrise-main'

/** A phase in which the database goes away: of a deployment, of one that is cancelled, or of a destroy. */
export interface AwayCase {
  readonly of: 'deploy' | 'cancelled deploy' | 'destroy'
  readonly phase: Operation['phase']
  /** What makes the phase last: AWS answers this call late. */
  readonly slow?: string
  readonly ends: Outcome
}

/** A destroy follows a deployment, whose left group it takes. */
export const awayCases: readonly AwayCase[] = [
  { of: 'deploy', phase: 'launching', slow: 'CreateAutoScalingGroup', ends: 'succeeded' },
  { of: 'destroy', phase: 'delisting', slow: 'ModifyRule', ends: 'succeeded' },
  { of: 'deploy', phase: 'registering', ends: 'succeeded' },
  { of: 'destroy', phase: 'draining', ends: 'succeeded' },
  { of: 'deploy', phase: 'pinning', slow: 'UpdateAutoScalingGroup', ends: 'succeeded' },
  { of: 'destroy', phase: 'shrinking', slow: 'UpdateAutoScalingGroup', ends: 'succeeded' },
  { of: 'deploy', phase: 'switching', slow: 'ModifyRule', ends: 'succeeded' },
  { of: 'destroy', phase: 'deleting', slow: 'DeleteAutoScalingGroup', ends: 'succeeded' },
  { of: 'deploy', phase: 'settling', ends: 'succeeded' },
  { of: 'destroy', phase: 'verifying', ends: 'succeeded' },
  { of: 'deploy', phase: 'watching', ends: 'succeeded' },
  { of: 'cancelled deploy', phase: 'aborting', slow: 'ResumeProcesses', ends: 'cancelled' },
  { of: 'cancelled deploy', phase: 'returning', slow: 'ModifyRule', ends: 'rolledBack' },
]

/** A cluster whose engine stands on a database that can go away. */
export class AwayWorld {
  private constructor(
    readonly stack: EngineStack,
    readonly server: DatabaseServer,
    private readonly images: readonly Image[],
  ) {}

  /** Deadlines outlast the absence, as AWS's quarter of an hour outlasts a minute. */
  static async start(listenerPort: number, awayMs: number): Promise<AwayWorld> {
    const server = await startDatabaseServer()
    const stack = await startEngineStack({
      timings: { ...timings, registerDeadlineMs: 60_000 + awayMs },
      databaseServerUrl: server.url,
    })
    const images = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
    const world = new AwayWorld(stack, server, images)
    const image = images[0]?.name ?? ''
    const { operation } = await createCluster(stack.parts, person, { name, image, listenerPort })
    expect((await stack.ended(operation.id)).phase).toBe('succeeded')
    return world
  }

  async stop(): Promise<void> {
    await this.stack.stop()
    await this.server.stop()
  }

  /**
   * Takes the database away while the phase lasts, for `awayMs`: meanwhile nothing new is sent to AWS and no request of
   * a client is lost; afterwards everything goes on by itself to the end it would have had, and nothing was done twice.
   */
  async survives(away: AwayCase, how: Absence, awayMs: number): Promise<void> {
    const { stack, server } = this
    if (away.of !== 'destroy') await this.leaveOneGroup()
    const since = (await appliedCalls(stack)).length
    const intentsBefore = (await stack.parts.history.intents({ limit: 10_000 })).length
    const { url } = await clusterView(stack.parts, name, 0)
    const client = steadyClient(url ?? '', 50, (body) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none')
    const operation = await this.begin(away)
    await this.inPhase(operation.id, away.phase)

    await server.leave(how)
    const left = performance.now()
    // What was recorded right before may still be on its way; from then on nothing may begin.
    await new Promise((resolve) => setTimeout(resolve, slowMs + 1000))
    const sent = (await appliedCalls(stack)).length
    await until(() => performance.now() - left > awayMs, awayMs + 10_000, 'the time is over')
    expect((await appliedCalls(stack)).slice(sent), 'nothing is sent without a record').toEqual([])
    await server.comeBack()

    const ended = await this.ended(operation.id)
    expect(ended.phase, ended.endSentence ?? '').toBe(away.ends)
    await this.nothingTwice(since, intentsBefore, ended)
    expect((await client.stop()).failed).toEqual([])
  }

  /** Asked as a page would that is told for a while that the database does not answer. */
  private async ended(id: string): Promise<Operation> {
    let ended: Operation | null = null
    await until(
      async () => {
        const operation = await this.stack.parts.history.operation(id).catch(() => null)
        ended = operation && isEnded(operation) ? operation : null
        return ended !== null
      },
      120_000,
      `operation ${id} goes on by itself to its end`,
    )
    return ended!
  }

  private async begin(away: AwayCase): Promise<Operation> {
    const { parts } = this.stack
    if (away.of === 'destroy') {
      const group = (await this.warmGroup()) ?? (await this.deployOther()).from ?? ''
      await this.slow(away)
      const asked = await destroyGroup(parts, person, { group, reason: '' })
      if (!asked.operation) throw new Error('nothing is destroyed')
      return asked.operation
    }
    if (away.of === 'deploy') {
      // The rule is changed twice: once to let the new group join, once to switch.
      await this.slow(away, 2)
      return this.requestOther()
    }
    const operation = await this.requestOther()
    await this.inPhase(operation.id, away.phase === 'aborting' ? 'registering' : 'watching')
    await this.slow(away)
    await cancelOperation(parts, person, operation.id, 'a test')
    return operation
  }

  private async slow({ slow }: AwayCase, times = 1): Promise<void> {
    if (slow)
      await this.stack.control('POST', '/faults', { action: slow, kind: 'delay', delayMs: slowMs, times })
  }

  private async requestOther(): Promise<Operation> {
    const { live } = await clusterView(this.stack.parts, name, 0)
    const image = this.images.find((each) => each.name !== live?.group.image.name)?.name ?? ''
    return (await deploy(this.stack.parts, person, { cluster: name, image })).operation
  }

  private async deployOther(): Promise<Operation> {
    const { id } = await this.requestOther()
    const ended = await this.stack.ended(id)
    expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
    return ended
  }

  private async warmGroup(): Promise<string | null> {
    const { groups } = await clusterView(this.stack.parts, name, 0)
    return groups.find(({ state }) => state === 'warm')?.group.name ?? null
  }

  private async inPhase(id: string, phase: string): Promise<void> {
    await until(
      async () => (await this.stack.parts.history.operation(id))?.phase === phase,
      60_000,
      `the operation is ${phase}`,
    )
  }

  /** Whatever an earlier case left beside the live group goes. */
  private async leaveOneGroup(): Promise<void> {
    const { parts, ended } = this.stack
    for (const { group, state } of (await clusterView(parts, name, 0)).groups) {
      if (!['warm', 'rejected', 'failed'].includes(state)) continue
      const { operation } = await destroyGroup(parts, person, { group: group.name, reason: '' })
      expect((await ended(operation?.id ?? '')).phase).toBe('succeeded')
    }
  }

  private async nothingTwice(since: number, intentsBefore: number, ended: Operation): Promise<void> {
    const { parts } = this.stack
    const calls = (await appliedCalls(this.stack)).slice(since)
    expect(madeTwice(calls)).toEqual([])
    const intents = await parts.history.intents({ limit: 10_000 })
    const ours = intents.slice(0, intents.length - intentsBefore)
    const known = new Set(ours.map((intent) => intent.requestId))
    const unclear = ours.filter((intent) => intent.answered === 'unclear' || intent.answered === null)
    // A call whose answer could not be kept belongs to an intent that was recorded before it.
    expect(calls.filter((call) => !known.has(call.requestId)).length).toBeLessThanOrEqual(unclear.length)
    if (ended.kind !== 'deploy') return
    const to = (await parts.history.serverGroup(ended.to ?? ''))?.targetGroupArn ?? ''
    expect(switchesTo(calls, to)).toHaveLength(ended.switched ? 1 : 0)
  }
}
