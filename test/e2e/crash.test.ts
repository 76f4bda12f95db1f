import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Operation } from '../../server/domain/operation.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import type { Parts } from '../../server/engine/parts.js'
import { requestBake } from '../../server/engine/request-bake.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'
import { MortalEngine, type CrashPoint } from './crash-mortal-engine.js'
import { makeLook } from './crash-what-is-there.js'

/**
 * A sample of deaths on what only is real here: SQL transactions cut off by the end of their process, the SDK over HTTP,
 * instances that answer a client, a builder that runs the scripts of `bake/`. That a death at every point leads to the same
 * end is rehearsed in `test/simulation` (`npm run prove`, `rehearsals.test.ts`), bakes and cancels included; several deaths in one
 * operation are part of its nights; and `crash-processes.test.ts` ends whole processes with SIGKILL.
 */

/** Waits without meaning for what is shown here: a dead process takes less time to follow. */
const shortWaits = {
  switchDeadlineMs: 3000,
  quietMs: 600,
  goneMs: 300,
  unpinMs: 500,
  settleMs: 200,
  watchMs: 300,
  visibilityMs: 3000,
}

const name = 'sunrise-main'
let stack: EngineStack
let parts: Parts
let engine: MortalEngine
let look: ReturnType<typeof makeLook>
let first: Image
let second: Image

const versionIn = (body: string) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none'

beforeAll(async () => {
  stack = await startEngineStack({ withoutLoop: true, timings: shortWaits })
  parts = stack.parts
  engine = new MortalEngine(parts)
  engine.start()
  look = makeLook(stack)
  ;[first, second] = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
})
afterAll(async () => {
  await engine.stop()
  look.close()
  await stack.stop()
})

/** Everything at rest: no operation, and the ledger holds only what stays. */
const atRest = (cluster: string) => look.atRest(cluster, 1500)

const done = async (operation: Operation | null) => {
  const ended = await stack.ended(operation?.id ?? '')
  if (ended.phase !== 'succeeded')
    throw new Error(`${ended.kind}: ${ended.phase}: ${ended.endSentence ?? ''}`)
  return ended
}

/** Dies once at each of these points, the first time that it is met while `work` runs. */
async function dying(points: readonly string[], work: () => Promise<unknown>): Promise<void> {
  const left = new Set(points)
  engine.fate = ({ label }: CrashPoint) => left.delete(label)
  try {
    await work()
  } finally {
    engine.fate = () => false
  }
  expect([...left], 'points that were not met').toEqual([])
}

describe('a process that dies on real records', () => {
  it('around the records and requests of a create leaves the cluster that was asked for (P3)', async () => {
    await dying(
      ['CreateAutoScalingGroup sent', 'NextSeen not recorded', 'answer to CreateRule recorded'],
      async () => {
        const { operation } = await createCluster(parts, person, {
          name,
          image: first.name,
          size: 3,
          listenerPort: 18_290,
        })
        await done(operation)
      },
    )
    expect(await atRest(name)).toMatchObject({
      groups: { [`${name}-first`]: 'live' },
      weights: { [`${name}-first`]: 100 },
      scaling: { [`${name}-first`]: '3/3/3 suspended: ' },
      ledger: [],
    })
  })

  it('around the switch there and back, and in a destroy, loses no request and leaves nothing (P1, P3, P5, P8)', async () => {
    const { url } = await clusterView(parts, name, 0)
    const client = steadyClient(url ?? '', 100, versionIn)
    await dying(
      [
        'SuspendProcesses recorded',
        'SwitchIntended + ModifyRule (switch) not recorded',
        'SwitchIntended + ModifyRule (switch) recorded',
        'ModifyRule (switch) sent',
        'Switched recorded',
      ],
      async () => done((await deploy(parts, person, { cluster: name, image: second.name })).operation),
    )
    expect((await atRest(name)).groups).toEqual({ [`${name}-first`]: 'warm', [`${name}-next`]: 'live' })
    await dying(['answer to ModifyRule (switch) recorded', 'Switched not recorded'], async () =>
      done(
        (await switchBack(parts, person, { cluster: name, to: `${name}-v001`, reason: 'a test' })).operation,
      ),
    )
    expect((await atRest(name)).groups).toEqual({ [`${name}-first`]: 'live', [`${name}-next`]: 'rejected' })
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toEqual(['1.0.0', '1.1.0', '1.0.0'])

    await dying(['DeleteAutoScalingGroup sent', 'Destroyed not recorded'], async () => {
      const { groups } = await clusterView(parts, name, 0)
      const rejected = groups.find((group) => group.state === 'rejected')?.group.name ?? ''
      await done((await destroyGroup(parts, person, { group: rejected, reason: '' })).operation)
    })
    expect(await atRest(name)).toMatchObject({
      groups: { [`${name}-first`]: 'live' },
      ledger: [],
      targetGroups: [`${name}-first`],
      launchTemplates: [`${name}-first`],
    })
  })

  it('around the builder and the image of a bake makes one image and leaves no builder (P3, P5)', async () => {
    const { package: source, application } = (await parts.history.bakes({ limit: 1 }))[0]!.request
    let imageName = ''
    await dying(
      ['RunBuilder sent', 'BuilderSucceeded recorded', 'CreateImage sent', 'TerminateBuilder sent'],
      async () => {
        const { bake } = await requestBake(parts, person, { application, version: '7.0.0', package: source })
        const now = () => parts.history.bake(bake.id)
        await until(async () => (await now())?.endedAt != null, 90_000, 'the bake has ended')
        const baked = await now()
        expect(baked, baked?.log).toMatchObject({ phase: 'baked' })
        imageName = baked?.imageName ?? ''
      },
    )
    await until(async () => (await look.bakes(imageName)).builders === 0, 20_000, 'no builder is left')
    expect((await look.bakes(imageName)).images).toEqual(['available'])
    expect((await parts.history.obligations()).filter((row) => row.kind === 'builder')).toEqual([])
  })
})
