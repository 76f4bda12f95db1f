import type { Application } from '../domain/application.js'
import type { BaseImage, Bake, Image, ListedBake } from '../domain/bake.js'
import type { Call } from '../domain/call.js'
import type { RunLine } from '../domain/cleanup-run.js'
import type { Cluster, GroupSize } from '../domain/cluster.js'
import type { ClusterState, TicketClosed } from '../domain/cluster-state.js'
import type { InstalledPackage } from '../domain/image-packages.js'
import type { Observed, RuleEntry } from '../domain/observation.js'
import type { Obligation } from '../domain/obligation.js'
import type { Actor, Operation, OperationEvent, Stamped } from '../domain/operation.js'
import type { ProbeAnswer, ProbeRequest } from '../domain/smoke-test.js'
import type { LocalCloudKnobs, LocalCloudSeen, PlannedFault } from '../domain/rehearsal.js'
import type { Restraint } from '../domain/restraint.js'
import type { ServerGroup } from '../domain/server-group.js'
import type { RetentionChange } from './ports-image-retention.js'

/** Wall-clock time: the machine's, or the local cloud's where that runs. Leases never use it. */
export interface Clock {
  now(): Date
}

/** What to read of a cluster in one snapshot. Names are the ones reserved at launch, so what was never answered is found. */
export interface ClusterQuery {
  readonly cluster: string
  readonly ruleArn: string | null
  /** Finds the rule by its parked condition while its ARN is not known. */
  readonly parkedValue: string | null
  readonly loadBalancerName: string
  readonly loadBalancerArn: string | null
  readonly listenerPort: number
  readonly listenerArn: string | null
  /** Secret values of our own test rules, which are no use elsewhere of what they forward to. */
  readonly testValues: readonly string[]
  /** Reads where the listener really answers: costs a call. */
  readonly address?: boolean
  /** Reads who made load balancer and listener: costs a call. */
  readonly making?: boolean
  /** Reads what the night watch judges by: costs two calls, and one for alarms. */
  readonly night?: NightQuery | null
  /** Reads our marks on the rule and on every group's parts: costs a call for each rule and target group. */
  readonly marks?: boolean
  readonly groups: readonly GroupQuery[]
}

interface MetricWindow {
  readonly targetGroupArn: string
  readonly from: Date
  readonly to: Date
}

export interface NightQuery {
  readonly loadBalancerArn: string
  readonly live: MetricWindow
  /** The group before, right before it lost the traffic. */
  readonly previous: MetricWindow | null
  readonly alarms: readonly string[]
}

export interface GroupQuery {
  readonly name: string
  readonly targetGroupName: string
  readonly targetGroupArn: string | null
  /** Where its launch template is not named as the group is. */
  readonly launchTemplateName?: string
  /** Reads scaling activities too: costs a call. */
  readonly activities: boolean
  /** Reads the sum of requests since this moment: costs a call. Null: not asked. */
  readonly requestsSince: Date | null
  /** Reads the requests and failures since this moment, by period: costs a call. Null: not asked. */
  readonly answersSince: Date | null
  /** Reads target group attributes and scaling policies too. */
  readonly settings: boolean
  /** Reads how it is made, with `settings`: costs five calls, and one for alarms where its policies have any. */
  readonly blueprint?: boolean
  /** Reads which of these alarms exist: costs a call. */
  readonly alarms?: readonly string[] | null
  /** Reads its scheduled actions: costs a call. */
  readonly schedules?: boolean
  /** Reads who is told of its instances: costs a call. */
  readonly notifications?: boolean
}

/** What AWS answered to one request. */
export interface Answer {
  readonly requestId: string | null
  /** ARNs and ids learnt from the reply, by the name of the reply's field. */
  readonly learnt: Readonly<Record<string, string>>
}

/**
 * AWS refused for good: not applied. `code` is AWS's own. `gone`: what was named does not exist (for a delete that is
 * success). `exists`: the name is taken; observe and adopt if it is ours.
 */
export class CallRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly requestId: string | null,
    readonly means: 'refused' | 'gone' | 'exists' | 'busy' | 'changed' = 'refused',
  ) {
    super(message)
    this.name = 'CallRefused'
  }
}

/** Nobody knows whether the request took effect: look before doing anything else. */
export class CallUnclear extends Error {
  constructor(
    message: string,
    override readonly cause: unknown,
  ) {
    super(message)
    this.name = 'CallUnclear'
  }
}

/** The deployment engine's AWS. */
export interface Cloud {
  observe(query: ClusterQuery, signal: AbortSignal): Promise<Observed>
  /**
   * Sends exactly one request. `beforeSend` is called when it is signed and before it reaches the socket; if it throws,
   * nothing is sent. Throws CallRefused or CallUnclear.
   */
  perform(call: Call, beforeSend: () => void, signal: AbortSignal): Promise<Answer>
  /** The last lines of an instance's console; '' when AWS has none yet. */
  consoleOutput(instanceId: string): Promise<string>
}

/** Requests to a load balancer’s own address, as a client’s. Never throws: what went wrong is an answer. */
export interface Prober {
  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer>
}

export interface BuilderSeen {
  readonly instanceId: string
  readonly state: string
  readonly stateReason: string | null
  /** The `delling:bake-result` tag. */
  readonly resultTag: string | null
}

export interface ImageSeen {
  readonly imageId: string
  readonly name: string
  readonly state: string
  readonly stateReason: string | null
  readonly imdsV2Required: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: Date | null
}

/** What a bake's turn reads. */
export interface BakeObserved {
  readonly at: Date
  readonly builder: BuilderSeen | null
  /** What launches of earlier attempts have left running, by id: their answers were lost, and they came through late. */
  readonly strayBuilders: readonly string[]
  readonly image: ImageSeen | null
  /** The builder's console, complete as far as AWS shows it. */
  readonly console: string
}

export interface BakeCloud {
  /** Resolves an alias or id to an available base image; throws Refusal naming what is wrong. */
  resolveBase(base: string): Promise<BaseImage>
  observeBake(bake: Bake): Promise<BakeObserved>
  perform(call: Call, beforeSend: () => void, signal: AbortSignal): Promise<Answer>
  /**
   * An address from which a builder can fetch the package without credentials, good for an hour from `signedAt`. The same
   * moment gives the same address, so that a repeated launch is the same request.
   */
  packageUrl(address: string, signedAt: Date): Promise<string>
  /** Subnets to try for a builder, in order, with the security groups of their VPC. */
  builderPlacements(): Promise<
    readonly { subnetId: string; zone: string; securityGroupIds: readonly string[] }[]
  >
}

/** Where uploads go. */
export interface PackageStore {
  /** Stores a file whose digest the caller has already computed; returns its `s3://` address. */
  put(fileName: string, sha256: string, path: string, bytes: number): Promise<string>
}

export interface Zoned {
  readonly subnetId: string
  readonly zone: string
  readonly vpcId: string
  readonly freeAddresses: number
  readonly name: string | null
}

/** What forms and refusals need to know of the account. Cached by the adapter for at most 30 s; `readAt` says when. */
export interface Catalog {
  readonly readAt: Date
  readonly vpcs: readonly { vpcId: string; cidr: string; isDefault: boolean; name: string | null }[]
  readonly subnets: readonly Zoned[]
  readonly securityGroups: readonly { groupId: string; name: string; vpcId: string }[]
  readonly instanceTypes: readonly string[]
  readonly loadBalancers: readonly CatalogBalancer[]
}

export interface CatalogBalancer {
  readonly arn: string
  readonly name: string
  readonly type: string
  readonly vpcId: string
  readonly dnsName: string
  readonly zones: readonly string[]
  readonly listeners: readonly {
    readonly arn: string
    readonly port: number
    readonly protocol: string
    /** Where the listener really answers: differs from the port where the local cloud could not have it. */
    readonly url: string | null
    readonly rules: readonly {
      readonly arn: string
      readonly priority: string
      readonly summary: string
      readonly conditions: readonly { field: string; values: readonly string[] }[]
      readonly sticky: boolean
      /** It sends requests to target groups, so somebody lives behind it. */
      readonly forwards: boolean
      /** The target groups that it sends them to. */
      readonly entries: readonly RuleEntry[]
    }[]
  }[]
}

export interface AccountReader {
  catalog(fresh?: boolean): Promise<Catalog>
  identity(): Promise<{ account: string; arn: string }>
  /** The state of an image AWS knows: 'available' …; null when it has none by that id. */
  imageState(imageId: string): Promise<{ state: string; name: string } | null>
  /** AWS calls made in the last minute, by `service:Operation`, and how many were throttled. */
  callCounts(): {
    readonly perMinute: Readonly<Record<string, number>>
    readonly throttled: number
    readonly total: number
  }
  /** Requests a second and error shares of a target group over the last metric periods, for the pages. */
  traffic(loadBalancerArn: string, targetGroupArn: string, sinceMs: number): Promise<TrafficSeries>
}

export interface TrafficSeries {
  readonly periodSec: number
  readonly points: readonly {
    readonly at: Date
    readonly requests: number
    readonly errors: number
    readonly p95Ms: number | null
  }[]
}

/** Rows to write in one transaction. Whole rows: what is not named stays as it is. */
export interface Change {
  readonly cluster?: Cluster
  readonly groups?: readonly ServerGroup[]
  readonly operations?: readonly Operation[]
  readonly obligations?: readonly Obligation[]
  readonly ticketsClosed?: readonly TicketClosed[]
  /** Unanswered requests that are now sent once more: their effect alone no longer ends them. */
  readonly ticketsRepeated?: readonly string[]
  readonly bake?: Bake
  /** A row of its own, but for `bad`, which stays as it is in a row that is there. */
  readonly image?: Image
  /** An image that is there is to be remembered as bad. */
  readonly imageBad?: { readonly imageId: string; readonly bad: Image['bad'] }
  /** What a bake's builder reported as installed; replaces what an earlier builder of it did. */
  readonly packages?: { readonly bakeId: string; readonly listed: readonly InstalledPackage[] }
  readonly restraint?: Restraint
  readonly retention?: RetentionChange
  readonly events?: readonly NewEvent[]
  readonly intent?: NewIntent
}

export interface NewEvent {
  /** `operation:<id>`, `bake:<id>`, `cluster:<name>`, `application:<name>`, `job:<name>`, `hold:<id>`, `rehearsal:local-cloud`. */
  readonly stream: string
  readonly actor: Actor
  readonly cluster: string | null
  readonly application: string | null
  readonly event: OperationEvent | RecordedEvent
}

/** Events outside operations: requests about groups, bakes, applications, jobs, refusals, drift. */
export interface RecordedEvent {
  readonly type: string
  readonly sentence: string
  readonly data?: Readonly<Record<string, unknown>>
}

export interface NewIntent {
  readonly id: string
  readonly object: string
  readonly cluster: string | null
  readonly operationId: string | null
  readonly call: Call
  readonly why: string
}

/** `seen`, `expired`: how an unclear one ended. */
export type IntentAnswer = 'ok' | 'refused' | 'unclear' | 'not sent' | 'seen' | 'expired'

/** What AWS said to an intent. */
export interface Answered {
  readonly answered: IntentAnswer
  readonly requestId: string | null
  readonly message: string | null
  /** After an answered write of the cluster's rule: what the rule shows from now on. */
  readonly rule?: { readonly ruleArn: string; readonly entries: readonly RuleEntry[] }
}

/** One AWS request of ours, as the pages show it. */
export interface IntentRow {
  readonly id: string
  readonly at: Date
  readonly api: string
  readonly why: string
  readonly operationId: string | null
  readonly cluster: string | null
  readonly answered: IntentAnswer | null
  readonly answeredAt: Date | null
  readonly requestId: string | null
  readonly message: string | null
}

/** The right to advance one scope, with its fencing token. */
export interface Lease {
  readonly scope: string
  readonly holder: string
  readonly epoch: number
  /** `performance.now()` after which the holder must not act: taken before the claim was sent. */
  readonly deadline: number
  readonly wallDeadline: number
}

/** The lease was lost, or the version moved on: nothing was written. */
export class Fenced extends Error {
  constructor(readonly lost: 'lease' | 'version') {
    super(lost === 'lease' ? 'another replica holds the lease' : 'the cluster changed since it was read')
    this.name = 'Fenced'
  }
}

/** In place of a scope's name: everything may have changed, because hints were lost. */
export const everyScope = '*'

export interface Store {
  claim(scope: string, holder: string, leaseMs: number): Promise<Lease | null>
  release(lease: Lease): Promise<void>

  clusterNames(): Promise<readonly string[]>
  loadCluster(name: string): Promise<ClusterState | null>
  loadBake(id: string): Promise<Bake | null>
  activeBakeIds(): Promise<readonly string[]>
  /** Ids of images that are on their way out. */
  retiringImageIds(): Promise<readonly string[]>
  /** Holds, stops, windows and freezes that are not over at this moment, oldest first. Throws NewerRecords. */
  openRestraints(at: Date): Promise<readonly Restraint[]>

  /** Writes a turn's change if the lease is held and the cluster's version is still `version`. Throws Fenced. */
  commitTurn(lease: Lease, version: number | null, change: Change): Promise<void>
  /** Records the answer to an intent: a fact, so only the lease is checked. */
  answerIntent(lease: Lease, intentId: string, answer: Answered, change?: Change): Promise<void>
  /** What an operation or cluster waits for, for the pages: no version bump, no event. */
  saveWait(
    lease: Lease,
    what: { operationId?: string; bakeId?: string; wait: Operation['wait']; bakeLog?: string },
  ): Promise<void>

  /**
   * A person's request: `decide` sees the cluster under the row lock and returns the change or throws Refusal. The
   * version is bumped; replicas are notified.
   */
  request<T>(
    cluster: string,
    decide: (state: ClusterState | null) => { change: Change; result: T },
  ): Promise<T>
  /**
   * The same about an application: null where nobody has registered it. A new row only ever comes beside the others: of two that are
   * written at once, the second is decided again, with the first.
   */
  requestApplication<T>(
    name: string,
    decide: (known: Application | null) => { change: Change & { application?: Application }; result: T },
  ): Promise<T>
  /** Rows outside of clusters and applications. */
  record(change: Change): Promise<void>

  /** Calls back with a scope's name whenever something about it was written by anybody. A hint: lost on reconnect. */
  onChange(listener: (scope: string, seq: number) => void): () => void
}

/** Which rows a list shows: all that agree in every field that is given, newest first, at most `limit`. */
export interface OperationFilter {
  readonly cluster?: string
  /** True: not ended, those in the queue too. False: ended. */
  readonly active?: boolean
  readonly kinds?: readonly string[]
  /** Only what comes after this one, by its id, in the order of the list; no rows where there is none of that id. */
  readonly after?: string
  readonly limit: number
}

export interface IntentFilter {
  readonly operationId?: string
  readonly cluster?: string
  readonly after?: string
  readonly limit: number
}

export interface LogFilter {
  readonly cluster?: string
  readonly application?: string
  readonly stream?: string
  readonly type?: string
  /** The name of who did it. */
  readonly by?: string
  /** From this moment on, and before that one. */
  readonly from?: Date
  readonly to?: Date
  /** Only older events: the number of the last one of the page before. */
  readonly beforeSeq?: number
  readonly limit: number
}

export interface ApplicationFilter {
  readonly application?: string
  /** Only what comes after this one: a bake's id, or the AMI id of an image. */
  readonly after?: string
  readonly limit: number
}

/** What pages, the API and jobs read. No decision reads these. */
export interface History {
  /** Whether whoever reads may see what of the account belongs to no application here. */
  seesForeign(): boolean
  applications(): Promise<readonly Application[]>
  application(name: string): Promise<Application | null>
  clusters(): Promise<readonly Cluster[]>
  clusterState(name: string): Promise<ClusterState | null>
  /** All of them by name, as of one moment, in a handful of queries however many there are: the very same list while nothing of them is written. */
  clusterStates(): Promise<readonly ClusterState[]>
  serverGroup(name: string): Promise<ServerGroup | null>
  /** Those with `part` in their names, of any cluster: first those that stand, then the destroyed; newer pushes before older. */
  groupsNamed(part: string, limit: number): Promise<readonly ServerGroup[]>
  destroyedGroups(cluster: string, limit: number): Promise<readonly ServerGroup[]>
  operation(id: string): Promise<Operation | null>
  operations(filter: OperationFilter): Promise<readonly Operation[]>
  /** Those of these ids, in no order; `without` leaves out those that ended so. */
  operationsAmong(ids: readonly string[], without?: 'succeeded'): Promise<readonly Operation[]>
  /** What the newest are found by, newest first. */
  operationNames(limit: number): Promise<readonly OperationName[]>
  operationEvents(id: string): Promise<readonly Stamped<OperationEvent>[]>
  intents(filter: IntentFilter): Promise<readonly IntentRow[]>
  intent(id: string): Promise<IntentRow | null>
  /** The deploy log: every event, newest first. */
  log(filter: LogFilter): Promise<readonly LogRow[]>
  /** The same for who only reads it: what a nightly cleanup recorded of a big account fills a page's every row otherwise. */
  logLines(filter: LogFilter): Promise<readonly LogLine[]>
  /** Cleanup runs, newest first. */
  cleanupRuns(filter: RunFilter): Promise<readonly RunLine[]>
  /** The event of a cleanup run, by the run's own id. */
  cleanupRun(runId: string): Promise<LogRow | null>
  eventsAfter(seq: number, limit: number): Promise<readonly LogRow[]>
  lastSeq(): Promise<number>
  bake(id: string): Promise<Bake | null>
  bakes(filter: ApplicationFilter): Promise<readonly ListedBake[]>
  /** What the newest are found by, newest first. */
  bakeNames(limit: number): Promise<readonly BakeName[]>
  image(nameOrId: string): Promise<Image | null>
  /** Those that are there: retired ones are found by name or id only. */
  images(filter: ApplicationFilter): Promise<readonly Image[]>
  /** All that are there, newest first: the very same list while none is written. */
  everyImage(): Promise<readonly Image[]>
  /** Images that were baked on this one and are there. */
  imagesOn(baseImageId: string): Promise<readonly Image[]>
  imageByKey(contentKey: string): Promise<Image | null>
  /** How many images each application has; one without any is missing. */
  imageCounts(): Promise<ReadonlyMap<string, number>>
  /** What a bake's builder reported as installed; null where no list came. */
  bakePackages(bakeId: string): Promise<readonly InstalledPackage[] | null>
  obligations(): Promise<readonly Obligation[]>
  restraint(id: string): Promise<Restraint | null>
  /** Those that this version understands, open or over, newest first. */
  restraints(limit: number): Promise<readonly Restraint[]>
}

/** An operation by what it is found by. */
export type OperationName = Pick<Operation, 'id' | 'kind' | 'cluster' | 'to' | 'phase'>

/** A bake by what it is found by. */
export type BakeName = Pick<Bake, 'id' | 'phase'> & Pick<Bake['request'], 'application' | 'version'>

/** So many cleanup runs, of those before one in the log. */
export type RunFilter = Pick<LogFilter, 'limit' | 'beforeSeq'>

/** An event as people read it. */
export type LogLine = Omit<LogRow, 'data'>

export interface LogRow {
  readonly seq: number
  readonly at: Date
  readonly stream: string
  readonly cluster: string | null
  readonly application: string | null
  readonly actor: Actor
  readonly type: string
  readonly sentence: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The local cloud's own interface, and what a stranger may do in its account. Everything throws where it is not done. */
export interface LocalCloudControl {
  look(): Promise<LocalCloudSeen>
  turnKnobs(patch: Partial<LocalCloudKnobs>): Promise<void>
  planFault(fault: PlannedFault): Promise<void>
  /** Null: all of them. */
  forgetFault(id: string | null): Promise<void>
  moveClock(hours: number): Promise<void>
  freezeClock(): Promise<void>
  /** It runs again, with the machine's time. */
  resetClock(): Promise<void>
  crashApplication(instanceId: string): Promise<void>
  terminateInstance(instanceId: string): Promise<void>
  /** Sets one weight of a rule and leaves the others. */
  changeWeight(ruleArn: string, targetGroupArn: string, weight: number): Promise<void>
  resizeGroup(group: string, size: GroupSize): Promise<void>
  /** Takes it out of the rule before: AWS deletes none that a rule forwards to. */
  deleteTargetGroup(ruleArn: string, targetGroupArn: string): Promise<void>
}
