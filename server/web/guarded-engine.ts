import { may, reasonMayNot } from '../domain/access.js'
import { parseServerGroupName } from '../domain/names.js'
import { Refusal } from '../domain/refusal.js'
import type { History } from '../engine/ports.js'
import type { RetirementPlan } from '../engine/retire-image.js'
import type { Engine } from './bind-engine.js'
import type { AccessLog } from './guard/access-log.js'
import { applicationOfCluster } from './guard/application-of.js'
import { currentReader } from './guard/reader.js'
import { withOverrideRights } from './override-rights.js'
import { withSeenUses } from './seen-uses.js'

interface Guards {
  /** As far as the sender may see. */
  readonly history: History
  readonly accessLog: AccessLog
  readonly approveOwn: boolean
}

/**
 * The engine with what no address tells: applications and images that are named in what was sent, lists over everything,
 * and whose deployment it is. Deeds are decided on all records, because what somebody may not see is there all the same.
 *
 * @param asReader the engine over the records that the sender may see
 */
export function guardedEngine(engine: Engine, asReader: Engine, guards: Guards): Engine {
  const { history, accessLog, approveOwn } = guards
  const held = withOverrideRights(engine, asReader, history, accessLog)
  return {
    ...held,
    clusterSummaries: asReader.clusterSummaries,
    planCleanup: asReader.planCleanup,
    cleanupRun: asReader.cleanupRun,
    cleanupRuns: asReader.cleanupRuns,
    find: asReader.find,
    readBalancing: asReader.readBalancing,
    readBalancer: asReader.readBalancer,
    readTargetGroup: asReader.readTargetGroup,
    findInstances: asReader.findInstances,
    listInstances: asReader.listInstances,
    readInstance: asReader.readInstance,
    // The other one is named in the query, and may be of any application.
    compareGroups: asReader.compareGroups,
    compareImages: asReader.compareImages,
    imageUses: asReader.imageUses,
    requestBake: async (actor, input) => {
      const person = currentReader()
      if (!may(person, 'bake', input.application)) {
        if (!may(person, 'see', input.application)) throw noSuch('application', input.application)
        await accessLog.refuse(actor, reasonMayNot(person, 'bake', input.application))
      }
      return held.requestBake(actor, input)
    },
    planRetirement,
    retireImage: async (actor, input) => {
      if (!may(currentReader(), 'see', null)) {
        const { reasonStays } = await planRetirement(input.image)
        // The engine's own refusal names what uses it.
        if (reasonStays)
          throw new Refusal('ImageInUse', `It must stay: ${reasonStays} Nothing was changed.`, 'conflict')
      }
      return held.retireImage(actor, input)
    },
    adoptable: async () => {
      const person = currentReader()
      const found = await engine.adoptable({ mayName })
      // What has no application in its name belongs to none, and is for those who answer for all.
      const candidates = found.candidates.filter(({ application }) => may(person, 'adopt', application))
      return { ...found, candidates }
    },
    planAdoption: (input) => engine.planAdoption({ ...input, mayName }),
    adoptWholeCluster: (actor, input) => held.adoptWholeCluster(actor, { ...input, mayName }),
    planDeploy: async (input) => {
      await refuseUnseenImage(input.image)
      return engine.planDeploy(input)
    },
    deploy: async (actor, input) => {
      await refuseUnseenImage(input.image)
      return held.deploy(actor, input)
    },
    approveOperation: async (actor, id, reason) => {
      const asked = approveOwn ? null : (await history.operation(id))?.request.actor.name
      if (asked === actor.name)
        await accessLog.refuse(
          actor,
          `${actor.name} asked for this deployment, and here another person has to approve it.`,
        )
      return engine.approveOperation(actor, id, reason)
    },
  }

  async function planRetirement(nameOrId: string): Promise<RetirementPlan> {
    const plan = await engine.planRetirement(nameOrId)
    if (may(currentReader(), 'see', null)) return plan
    return withSeenUses(plan, await asReader.imageUses(plan.image))
  }

  async function refuseUnseenImage(nameOrId: string): Promise<void> {
    if (!(await history.image(nameOrId))) throw noSuch('image', nameOrId)
  }
}

/** Whether the sender may hear of a group, a target group or a cluster, by the application that its name begins with. */
function mayName(name: string): boolean {
  const cluster = parseServerGroupName(name)?.cluster ?? name
  return may(currentReader(), 'see', applicationOfCluster(cluster))
}

function noSuch(what: 'application' | 'image', name: string): Refusal {
  const [code, page] = what === 'image' ? ['UnknownImage', 'images'] : ['UnknownApplication', 'applications']
  return new Refusal(code, `There is no ${what} ${name}. Nothing was changed.`, 'notFound', {
    ways: [{ label: `See the ${page}`, href: `/${page}`, command: `delling ${page} list` }],
  })
}
