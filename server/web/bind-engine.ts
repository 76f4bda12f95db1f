import { adopt, leaveAlone, planAnswer, undoDifference } from '../engine/adopt.js'
import { approveOperation, declineOperation } from '../engine/approval.js'
import { readBalancer, readBalancing, readTargetGroup } from '../engine/balancing.js'
import { cancelOperation, restoreRule, resumeOperation, resumeQueue } from '../engine/cancel.js'
import { cleanupRun, lastCleanupRuns, planCleanup, runCleanup } from '../engine/cleanup.js'
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
import { findInstances, readInstance } from '../engine/instances.js'
import { keepGroup, releaseGroup } from '../engine/keep.js'
import { obstaclesToRemoval } from '../engine/orphans.js'
import { inspectPackage } from '../engine/package-inspection.js'
import type { Parts } from '../engine/parts.js'
import { goOn, pauseOperation } from '../engine/pause.js'
import { mayStart, mayStartIn } from '../engine/restrained.js'
import { editApplication } from '../engine/edit-application.js'
import { imageOutlook } from '../engine/image-retention.js'
import { keepImage, releaseImage } from '../engine/keep-image.js'
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
import type { Engine } from './engine-face.js'

/** The engine's functions with the parts given. */
export function bindEngine(parts: Parts): Engine {
  return {
    registerApplication: (...rest) => registerApplication(parts, ...rest),
    editApplication: (...rest) => editApplication(parts, ...rest),
    planCluster: (...rest) => planCluster(parts, ...rest),
    createCluster: (...rest) => createCluster(parts, ...rest),
    planEdit: (...rest) => planEdit(parts, ...rest),
    editCluster: (...rest) => editCluster(parts, ...rest),
    planDeploy: (...rest) => planDeploy(parts, ...rest),
    compareGroups: (...rest) => compareGroups(parts, ...rest),
    compareImages: (...rest) => compareImages(parts, ...rest),
    imageUses: (...rest) => imageUsesAsRecorded(parts, ...rest),
    planRetirement: (...rest) => planRetirement(parts, ...rest),
    retireImage: (...rest) => retireImage(parts, ...rest),
    imageOutlook: (...rest) => imageOutlook(parts, ...rest),
    keepImage: (...rest) => keepImage(parts, ...rest),
    releaseImage: (...rest) => releaseImage(parts, ...rest),
    setRetentionPolicy: (...rest) => setRetentionPolicy(parts, ...rest),
    switchRetention: (...rest) => switchRetention(parts, ...rest),
    dryRunRetention: (...rest) => dryRunRetention(parts, ...rest),
    startRetention: (...rest) => startRetention(parts, ...rest),
    startPolicyRun: (...rest) => startPolicyRun(parts, ...rest),
    deploy: (...rest) => deploy(parts, ...rest),
    planSwitchBack: (...rest) => planSwitchBack(parts, ...rest),
    switchBack: (...rest) => switchBack(parts, ...rest),
    cancelOperation: (...rest) => cancelOperation(parts, ...rest),
    approveOperation: (...rest) => approveOperation(parts, ...rest),
    declineOperation: (...rest) => declineOperation(parts, ...rest),
    resumeOperation: (...rest) => resumeOperation(parts, ...rest),
    pauseOperation: (...rest) => pauseOperation(parts, ...rest),
    goOn: (...rest) => goOn(parts, ...rest),
    placeHold: (...rest) => placeHold(parts, ...rest),
    addWindow: (...rest) => addWindow(parts, ...rest),
    addFreeze: (...rest) => addFreeze(parts, ...rest),
    release: (...rest) => release(parts, ...rest),
    restraintsNow: (...rest) => restraintsNow(parts, ...rest),
    mayStart: (...rest) => mayStart(parts, ...rest),
    mayStartIn: (...rest) => mayStartIn(parts, ...rest),
    restoreRule: (...rest) => restoreRule(parts, ...rest),
    find: (...rest) => find(parts, ...rest),
    readBalancing: (...rest) => readBalancing(parts, ...rest),
    readBalancer: (...rest) => readBalancer(parts, ...rest),
    readTargetGroup: (...rest) => readTargetGroup(parts, ...rest),
    findInstances: (...rest) => findInstances(parts, ...rest),
    readInstance: (...rest) => readInstance(parts, ...rest),
    driftView: (...rest) => driftView(parts, ...rest),
    planAnswer: (...rest) => planAnswer(parts, ...rest),
    adopt: (...rest) => adopt(parts, ...rest),
    undoDifference: (...rest) => undoDifference(parts, ...rest),
    leaveAlone: (...rest) => leaveAlone(parts, ...rest),
    resumeQueue: (...rest) => resumeQueue(parts, ...rest),
    keepGroup: (...rest) => keepGroup(parts, ...rest),
    releaseGroup: (...rest) => releaseGroup(parts, ...rest),
    adoptable: (...rest) => adoptable(parts, ...rest),
    planAdoption: (...rest) => planAdoption(parts, ...rest),
    adoptWholeCluster: (...rest) => adoptWholeCluster(parts, ...rest),
    planGiveBack: (...rest) => planGiveBack(parts, ...rest),
    giveClusterBack: (...rest) => giveClusterBack(parts, ...rest),
    planDecommission: (...rest) => planDecommission(parts, ...rest),
    decommission: (...rest) => decommission(parts, ...rest),
    planResize: (...rest) => planResize(parts, ...rest),
    resizeGroup: (...rest) => resizeGroup(parts, ...rest),
    destroyGroup: (...rest) => destroyGroup(parts, ...rest),
    obstaclesToRemoval: (...rest) => obstaclesToRemoval(parts, ...rest),
    planCleanup: (...rest) => planCleanup(parts, ...rest),
    runCleanup: (...rest) => runCleanup(parts, ...rest),
    cleanupRun: (...rest) => cleanupRun(parts, ...rest),
    lastCleanupRuns: (...rest) => lastCleanupRuns(parts, ...rest),
    clusterView: (...rest) => clusterView(parts, ...rest),
    clusterSummaries: (...rest) => clusterSummaries(parts, ...rest),
    requestBake: (...rest) => requestBake(parts, ...rest),
    cancelBake: (...rest) => cancelBake(parts, ...rest),
    bakeSample: (...rest) => bakeSample(parts, ...rest),
    rehearsalView: (...rest) => rehearsalView(parts, ...rest),
    rehearse: (...rest) => rehearse(parts, ...rest),
    endRehearsal: (...rest) => endRehearsal(parts, ...rest),
    statusDocument,
    sampleVersions,
    inspectPackage,
  }
}
