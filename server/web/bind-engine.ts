import { adopt, leaveAlone, planAnswer, undoDifference } from '../engine/adopt.js'
import { approveOperation, declineOperation } from '../engine/approval.js'
import { readBalancer, readBalancing, readTargetGroup } from '../engine/balancing.js'
import { cancelOperation, restoreRule, resumeOperation, resumeQueue } from '../engine/cancel.js'
import { cleanupRun, cleanupRuns } from '../engine/cleanup-runs.js'
import { planCleanup, runCleanup } from '../engine/cleanup.js'
import { clusterSummaries, clusterView, statusDocument } from '../engine/cluster-view.js'
import { compareGroups } from '../engine/changes.js'
import { compareImages } from '../engine/compare-images.js'
import { adoptable } from '../engine/adoptable.js'
import { adoptWholeCluster, planAdoption } from '../engine/adopt-cluster.js'
import { giveClusterBack, planGiveBack } from '../engine/give-back.js'
import { createCluster, planCluster } from '../engine/create-cluster.js'
import { decommission, planDecommission } from '../engine/decommission.js'
import { deploy, planDeploy } from '../engine/deploy.js'
import { driftView } from '../engine/drift-view.js'
import { find } from '../engine/find.js'
import { destroyGroup } from '../engine/destroy.js'
import { editCluster, planEdit } from '../engine/edit-cluster.js'
import { addFreeze, addWindow, placeHold, release, restraintsNow } from '../engine/holds.js'
import { findInstances, listInstances, readInstance } from '../engine/instances.js'
import { keepGroup, releaseGroup } from '../engine/keep.js'
import { obstaclesToRemoval } from '../engine/orphans.js'
import { inspectPackage } from '../engine/package-inspection.js'
import type { Parts } from '../engine/parts.js'
import { goOn, pauseOperation } from '../engine/pause.js'
import { mayStart, mayStartIn } from '../engine/restrained.js'
import { editApplication } from '../engine/edit-application.js'
import { imageOutlooks } from '../engine/image-retention.js'
import { keepImage, releaseImage } from '../engine/keep-image.js'
import { unmarkBad } from '../engine/unmark-bad.js'
import { setRetentionPolicy, switchRetention } from '../engine/retention-policy.js'
import { dryRunRetention, startPolicyRun, startRetention } from '../engine/retention-run.js'
import { planRetirement, retireImage } from '../engine/retire-image.js'
import { imageUsesAsRecorded } from '../engine/image-users.js'
import { registerApplication } from '../engine/register-application.js'
import { endRehearsal, rehearsalView, rehearse } from '../engine/rehearse.js'
import { cancelBake, requestBake } from '../engine/request-bake.js'
import { planResize, resizeGroup } from '../engine/resize.js'
import { bakeSample, sampleVersions } from '../engine/sample.js'
import { planSwitchBack, switchBack } from '../engine/switch-back.js'

/** What the console asks of the engine. */
export type Engine = Readonly<ReturnType<typeof bindEngine>>

/** The engine's functions with the parts given. */
export function bindEngine(parts: Parts) {
  const bound = givenParts(parts)
  return {
    ...bindClusters(parts),
    registerApplication: bound(registerApplication),
    editApplication: bound(editApplication),
    compareGroups: bound(compareGroups),
    compareImages: bound(compareImages),
    imageUses: bound(imageUsesAsRecorded),
    planRetirement: bound(planRetirement),
    retireImage: bound(retireImage),
    unmarkBad: bound(unmarkBad),
    imageOutlooks: bound(imageOutlooks),
    keepImage: bound(keepImage),
    releaseImage: bound(releaseImage),
    setRetentionPolicy: bound(setRetentionPolicy),
    switchRetention: bound(switchRetention),
    dryRunRetention: bound(dryRunRetention),
    startRetention: bound(startRetention),
    startPolicyRun: bound(startPolicyRun),
    placeHold: bound(placeHold),
    addWindow: bound(addWindow),
    addFreeze: bound(addFreeze),
    release: bound(release),
    restraintsNow: bound(restraintsNow),
    mayStart: bound(mayStart),
    mayStartIn: bound(mayStartIn),
    find: bound(find),
    readBalancing: bound(readBalancing),
    readBalancer: bound(readBalancer),
    readTargetGroup: bound(readTargetGroup),
    findInstances: bound(findInstances),
    listInstances: bound(listInstances),
    readInstance: bound(readInstance),
    driftView: bound(driftView),
    adoptable: bound(adoptable),
    obstaclesToRemoval: bound(obstaclesToRemoval),
    planCleanup: bound(planCleanup),
    runCleanup: bound(runCleanup),
    cleanupRun: bound(cleanupRun),
    cleanupRuns: bound(cleanupRuns),
    clusterView: bound(clusterView),
    clusterSummaries: bound(clusterSummaries),
    requestBake: bound(requestBake),
    cancelBake: bound(cancelBake),
    bakeSample: bound(bakeSample),
    rehearsalView: bound(rehearsalView),
    rehearse: bound(rehearse),
    endRehearsal: bound(endRehearsal),
    statusDocument,
    sampleVersions,
    inspectPackage,
  }
}

/** What is planned and done with clusters and their groups. */
function bindClusters(parts: Parts) {
  const bound = givenParts(parts)
  return {
    planCluster: bound(planCluster),
    createCluster: bound(createCluster),
    planEdit: bound(planEdit),
    editCluster: bound(editCluster),
    planDeploy: bound(planDeploy),
    deploy: bound(deploy),
    planSwitchBack: bound(planSwitchBack),
    switchBack: bound(switchBack),
    cancelOperation: bound(cancelOperation),
    approveOperation: bound(approveOperation),
    declineOperation: bound(declineOperation),
    resumeOperation: bound(resumeOperation),
    pauseOperation: bound(pauseOperation),
    goOn: bound(goOn),
    restoreRule: bound(restoreRule),
    planAnswer: bound(planAnswer),
    adopt: bound(adopt),
    undoDifference: bound(undoDifference),
    leaveAlone: bound(leaveAlone),
    resumeQueue: bound(resumeQueue),
    keepGroup: bound(keepGroup),
    releaseGroup: bound(releaseGroup),
    planAdoption: bound(planAdoption),
    adoptWholeCluster: bound(adoptWholeCluster),
    planGiveBack: bound(planGiveBack),
    giveClusterBack: bound(giveClusterBack),
    planDecommission: bound(planDecommission),
    decommission: bound(decommission),
    planResize: bound(planResize),
    resizeGroup: bound(resizeGroup),
    destroyGroup: bound(destroyGroup),
  }
}

/** Gives a function of the engine its first argument. */
function givenParts(parts: Parts) {
  return <Rest extends unknown[], Answer>(ask: (parts: Parts, ...rest: Rest) => Answer) =>
    (...rest: Rest): Answer =>
      ask(parts, ...rest)
}
