import type { adopt, leaveAlone, planAnswer, undoDifference } from '../engine/adopt.js'
import type { approveOperation, declineOperation } from '../engine/approval.js'
import type { readBalancer, readBalancing, readTargetGroup } from '../engine/balancing.js'
import type { cancelBake, requestBake } from '../engine/request-bake.js'
import type { cancelOperation, restoreRule, resumeOperation, resumeQueue } from '../engine/cancel.js'
import type { cleanupRun, lastCleanupRuns, planCleanup, runCleanup } from '../engine/cleanup.js'
import type { clusterSummaries, clusterView, statusDocument } from '../engine/cluster-view.js'
import type { compareGroups } from '../engine/changes.js'
import type { compareImages } from '../engine/compare-images.js'
import type { adoptable } from '../engine/adoptable.js'
import type { adoptWholeCluster, planAdoption } from '../engine/adopt-cluster.js'
import type { giveClusterBack, planGiveBack } from '../engine/give-back.js'
import type { createCluster, planCluster } from '../engine/create-cluster.js'
import type { decommission, planDecommission } from '../engine/decommission.js'
import type { deploy, planDeploy } from '../engine/deploy.js'
import type { driftView } from '../engine/drift-view.js'
import type { find } from '../engine/find.js'
import type { destroyGroup } from '../engine/destroy.js'
import type { editCluster, planEdit } from '../engine/edit-cluster.js'
import type { addFreeze, addWindow, placeHold, release, restraintsNow } from '../engine/holds.js'
import type { keepGroup, releaseGroup } from '../engine/keep.js'
import type { findInstances, readInstance } from '../engine/instances.js'
import type { obstaclesToRemoval } from '../engine/orphans.js'
import type { inspectPackage } from '../engine/package-inspection.js'
import type { Parts } from '../engine/parts.js'
import type { editApplication } from '../engine/edit-application.js'
import type { imageOutlook } from '../engine/image-retention.js'
import type { keepImage, releaseImage } from '../engine/keep-image.js'
import type { setRetentionPolicy, switchRetention } from '../engine/retention-policy.js'
import type { dryRunRetention, startPolicyRun, startRetention } from '../engine/retention-run.js'
import type { planRetirement, retireImage } from '../engine/retire-image.js'
import type { imageUsesAsRecorded } from '../engine/image-users.js'
import type { registerApplication } from '../engine/register-application.js'
import type { endRehearsal, rehearsalView, rehearse } from '../engine/rehearse.js'
import type { goOn, pauseOperation } from '../engine/pause.js'
import type { mayStart, mayStartIn } from '../engine/restrained.js'
import type { planResize, resizeGroup } from '../engine/resize.js'
import type { bakeSample, sampleVersions } from '../engine/sample.js'
import type { planSwitchBack, switchBack } from '../engine/switch-back.js'

/** An engine function with its first argument, the parts, already given. */
type Bound<F> = F extends (parts: Parts, ...rest: infer Rest) => infer Answer
  ? (...rest: Rest) => Answer
  : never

/** What the console asks of the engine. Tests hand in another one; the program binds the real functions to its parts. */
export interface Engine {
  readonly registerApplication: Bound<typeof registerApplication>
  readonly editApplication: Bound<typeof editApplication>
  readonly planCluster: Bound<typeof planCluster>
  readonly createCluster: Bound<typeof createCluster>
  readonly planEdit: Bound<typeof planEdit>
  readonly editCluster: Bound<typeof editCluster>
  readonly planDeploy: Bound<typeof planDeploy>
  readonly compareGroups: Bound<typeof compareGroups>
  readonly compareImages: Bound<typeof compareImages>
  readonly imageUses: Bound<typeof imageUsesAsRecorded>
  readonly planRetirement: Bound<typeof planRetirement>
  readonly retireImage: Bound<typeof retireImage>
  readonly imageOutlook: Bound<typeof imageOutlook>
  readonly keepImage: Bound<typeof keepImage>
  readonly releaseImage: Bound<typeof releaseImage>
  readonly setRetentionPolicy: Bound<typeof setRetentionPolicy>
  readonly switchRetention: Bound<typeof switchRetention>
  readonly dryRunRetention: Bound<typeof dryRunRetention>
  readonly startRetention: Bound<typeof startRetention>
  readonly startPolicyRun: Bound<typeof startPolicyRun>
  readonly deploy: Bound<typeof deploy>
  readonly planSwitchBack: Bound<typeof planSwitchBack>
  readonly switchBack: Bound<typeof switchBack>
  readonly cancelOperation: Bound<typeof cancelOperation>
  readonly approveOperation: Bound<typeof approveOperation>
  readonly declineOperation: Bound<typeof declineOperation>
  readonly resumeOperation: Bound<typeof resumeOperation>
  readonly pauseOperation: Bound<typeof pauseOperation>
  readonly goOn: Bound<typeof goOn>
  readonly placeHold: Bound<typeof placeHold>
  readonly addWindow: Bound<typeof addWindow>
  readonly addFreeze: Bound<typeof addFreeze>
  readonly release: Bound<typeof release>
  readonly restraintsNow: Bound<typeof restraintsNow>
  readonly mayStart: Bound<typeof mayStart>
  readonly mayStartIn: Bound<typeof mayStartIn>
  readonly restoreRule: Bound<typeof restoreRule>
  readonly find: Bound<typeof find>
  readonly readBalancing: Bound<typeof readBalancing>
  readonly readBalancer: Bound<typeof readBalancer>
  readonly readTargetGroup: Bound<typeof readTargetGroup>
  readonly findInstances: Bound<typeof findInstances>
  readonly readInstance: Bound<typeof readInstance>
  readonly driftView: Bound<typeof driftView>
  readonly planAnswer: Bound<typeof planAnswer>
  readonly adopt: Bound<typeof adopt>
  readonly undoDifference: Bound<typeof undoDifference>
  readonly leaveAlone: Bound<typeof leaveAlone>
  readonly resumeQueue: Bound<typeof resumeQueue>
  readonly keepGroup: Bound<typeof keepGroup>
  readonly releaseGroup: Bound<typeof releaseGroup>
  readonly adoptable: Bound<typeof adoptable>
  readonly planAdoption: Bound<typeof planAdoption>
  readonly adoptWholeCluster: Bound<typeof adoptWholeCluster>
  readonly planGiveBack: Bound<typeof planGiveBack>
  readonly giveClusterBack: Bound<typeof giveClusterBack>
  readonly planDecommission: Bound<typeof planDecommission>
  readonly decommission: Bound<typeof decommission>
  readonly planResize: Bound<typeof planResize>
  readonly resizeGroup: Bound<typeof resizeGroup>
  readonly destroyGroup: Bound<typeof destroyGroup>
  readonly obstaclesToRemoval: Bound<typeof obstaclesToRemoval>
  readonly planCleanup: Bound<typeof planCleanup>
  readonly runCleanup: Bound<typeof runCleanup>
  readonly cleanupRun: Bound<typeof cleanupRun>
  readonly lastCleanupRuns: Bound<typeof lastCleanupRuns>
  readonly clusterView: Bound<typeof clusterView>
  readonly clusterSummaries: Bound<typeof clusterSummaries>
  readonly requestBake: Bound<typeof requestBake>
  readonly cancelBake: Bound<typeof cancelBake>
  readonly bakeSample: Bound<typeof bakeSample>
  readonly rehearsalView: Bound<typeof rehearsalView>
  readonly rehearse: Bound<typeof rehearse>
  readonly endRehearsal: Bound<typeof endRehearsal>
  readonly statusDocument: typeof statusDocument
  readonly sampleVersions: typeof sampleVersions
  readonly inspectPackage: typeof inspectPackage
}
