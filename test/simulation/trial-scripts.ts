import { approveOperation, declineOperation } from '../../server/engine/approval.js'
import { cancelledIn, cluster, deployed, deployingUntil, saysOf, type Script } from './script.js'
import type { TrialsInput } from '../../server/engine/trial-settings.js'
import { person, type World } from './world.js'

const createdWith = (trials: TrialsInput) => async (world: World) => {
  const { id } = await world.create(cluster, world.images.get('good-1')!, 3, 80, trials)
  await world.ended(id)
}

const test: TrialsInput = { smokeTestPath: '/shop-main/healthz', smokeTestWithinSec: 60 }
const canary: TrialsInput = { canarySteps: [10, 50], canaryHoldSec: 60 }
const approval: TrialsInput = { approvalWithinMin: 120 }

/** Deploys, and says the word as soon as it is waited for. */
const decided = (decide: typeof approveOperation) => async (world: World) => {
  const id = await deployingUntil(world, 'approving')
  await saysOf(world, id, () => decide(world.parts, person, id, 'a rehearsal'))
  await world.ended(id)
}

/** The console does not reach the load balancer: that is not held against the image. */
const cutOff = async (world: World) => {
  world.cloud.isCutOff = true
  await deployed('good-2')(world)
  world.cloud.isCutOff = false
}

/** What a deployment may have to pass before the switch. */
export const trialScripts: Readonly<Record<string, Script>> = {
  'deploy with a test': { before: createdWith(test), run: deployed('good-2') },
  'deploy that fails its test': {
    before: createdWith({ ...test, ...canary }),
    run: deployed('broken'),
    sampled: true,
  },
  'deploy that can’t be tested': { before: createdWith(test), run: cutOff, sampled: true },
  'cancel in the test': {
    before: createdWith(test),
    run: cancelledIn('testing', 70_000),
    endsByTiming: true,
    sampled: true,
  },
  'deploy with canary and approval': {
    before: createdWith({ ...canary, ...approval }),
    run: decided(approveOperation),
  },
  'deploy that is declined': {
    before: createdWith({ ...canary, ...approval }),
    run: decided(declineOperation),
    sampled: true,
  },
  'deploy that is judged bad': { before: createdWith(canary), run: deployed('faulty'), sampled: true },
  'cancel in the canary': {
    before: createdWith(canary),
    run: cancelledIn('canary', 30_000),
    endsByTiming: true,
    sampled: true,
  },
  'cancel while a person is asked': {
    before: createdWith({ ...canary, ...approval }),
    run: cancelledIn('approving'),
    endsByTiming: true,
    sampled: true,
  },
}
