import type { Balancing } from '../../server/domain/balancing.js'
import type { Fleet } from '../../server/domain/fleet.js'
import type { AccountListing } from '../../server/domain/account-listing.js'
import type { Application } from '../../server/domain/application.js'
import type { Bake, Image } from '../../server/domain/bake.js'
import { cleanupStream, recordedRunOf, runLineOf } from '../../server/domain/cleanup-run.js'
import { withChange, type ClusterState } from '../../server/domain/cluster-state.js'
import type { AccountImage } from '../../server/domain/image-retention.js'
import type { ImageReferences } from '../../server/domain/image-references.js'
import type { InstalledPackage } from '../../server/domain/image-packages.js'
import type { Observed, ObservedActivity } from '../../server/domain/observation.js'
import {
  isActive,
  isEnded,
  type Operation,
  type OperationEvent,
  type Stamped,
} from '../../server/domain/operation.js'
import { isOver, type Restraint } from '../../server/domain/restraint.js'
import { eventSentence } from '../../server/domain/sentences.js'
import type { ServerGroup } from '../../server/domain/server-group.js'
import { awsTimings } from '../../server/domain/timings.js'
import { Looks } from '../../server/engine/looks.js'
import type { Look } from '../../server/engine/ports-account.js'
import type { Parts } from '../../server/engine/parts.js'
import type {
  AccountReader,
  Catalog,
  Change,
  History,
  IntentRow,
  LogFilter,
  LogRow,
  NewEvent,
  Store,
  TrafficSeries,
} from '../../server/engine/ports.js'
import { countsOf } from './counts-of.js'
import { seenAttributes } from './seen-attributes.js'
import { FakeLocalCloud } from './fake-local-cloud.js'
import { isAfter } from './is-after.js'
import { MemoryImageRetention } from './memory-image-retention.js'

/** Records and a cloud held in memory: everything the console reads, to be filled by a test. */
export class FakeWorld {
  now = new Date('2026-11-19T14:19:08Z')
  applications: Application[] = []
  states = new Map<string, ClusterState>()
  ended: Operation[] = []
  destroyed: ServerGroup[] = []
  bakes: Bake[] = []
  restraints: Restraint[] = []
  images: Image[] = []
  references: ImageReferences = { readAt: this.now, references: [], groups: [], unresolved: [] }
  /** What the account shows of our images; null: all of them, in good order. */
  accountImages: AccountImage[] | null = null
  sharedWith = new Map<string, readonly string[]>()
  readonly retention = new MemoryImageRetention()
  installed = new Map<string, readonly InstalledPackage[]>()
  log: LogRow[] = []
  intents: IntentRow[] = []
  events = new Map<string, Stamped<OperationEvent>[]>()
  observed = new Map<string, Observed>()
  catalog: Catalog = {
    readAt: this.now,
    vpcs: [],
    subnets: [],
    securityGroups: [],
    instanceTypes: [],
    loadBalancers: [],
  }
  listing: AccountListing = { readAt: this.now, whole: true, groups: [], targetGroups: [] }
  /** Null: AWS could not be looked at. */
  balancing: Balancing | null = { balancers: [], others: [], targetGroups: [] }
  fleet: Fleet | null = { instances: [] }
  /** Why the last look at the account failed. */
  lookFault: string | null = null
  activities: ObservedActivity[] = []
  userData = ''
  /** The image of each launch template. */
  templates = new Map<string, string>()
  traffic: TrafficSeries = { periodSec: 60, points: [] }
  consoleOutput = ''
  localCloud = new FakeLocalCloud()
  packages: { fileName: string; sha256: string; bytes: number }[] = []
  paceDivisor = 20
  mode: Parts['place']['mode'] = 'local'
  private listeners = new Set<(scope: string, seq: number) => void>()
  private ids = 0

  parts(): Parts {
    return {
      store: this.store(),
      history: this.history(),
      cloud: {
        observe: async (query) => {
          const seen = this.observed.get(query.cluster)
          if (!seen) throw new Error('this cluster was never observed')
          return seen
        },
        perform: unused('perform'),
        consoleOutput: async () => this.consoleOutput,
      },
      bakeCloud: {
        resolveBase: async (base) => ({ imageId: 'ami-base', name: base, rootDeviceName: null, alias: base }),
        observeBake: unused('observeBake'),
        perform: unused('perform'),
        packageUrl: unused('packageUrl'),
        builderPlacements: unused('builderPlacements'),
      },
      imageCloud: {
        references: async () => ({ ...this.references, groups: this.groupNames() }),
        ownImages: async () => this.accountImages ?? this.images.map(inGoodOrder),
        sharedWith: async (imageId) => this.sharedWith.get(imageId) ?? [],
        observeImage: async (imageId) => ({
          at: this.now,
          image: { state: 'available', owner: 'test', snapshots: [`snap-of-${imageId}`] },
          snapshots: [],
        }),
        perform: unused('perform'),
      },
      retention: this.retention,
      prober: { probe: unused('probe') },
      account: this.account(),
      lister: {
        list: async () => this.listing,
        imageOf: async (launchTemplateId) => this.templates.get(launchTemplateId) ?? null,
      },
      observer: {
        balancing: async () => this.look(this.balancing),
        fleet: async () => this.look(this.fleet),
        targetGroup: async (arn) => {
          const targets = this.balancing?.targetGroups.find((group) => group.arn === arn)?.targets
          return this.look(targets ? { targets, attributes: seenAttributes } : null)
        },
        images: async () => this.look(this.accountImages ?? this.images.map(inGoodOrder)),
        activities: async () => this.look(this.activities),
        userData: async () => this.look(this.userData),
      },
      looks: new Looks(awsTimings),
      packages: {
        put: async (fileName, sha256, _path, bytes) => {
          this.packages.push({ fileName, sha256, bytes })
          return `s3://packages/${sha256}/${fileName}`
        },
      },
      clock: { now: () => this.now },
      timings: awsTimings,
      place: {
        account: '123456789012',
        region: 'eu-west-1',
        mode: this.mode,
        paceDivisor: this.paceDivisor,
        owner: 'test',
        version: '0.1.0',
      },
      defaults: {
        instanceType: 't3.micro',
        baseImage: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
        debBaseImage: '/aws/service/debian/release/12/latest/amd64',
        builderInstanceType: 't3.small',
        builderInstanceProfile: null,
        morning: '07:30',
        timeZone: 'Europe/Dublin',
        minWarmHours: 8,
        maxWarm: 3,
        registry: null,
      },
      ...(this.mode === 'local' ? { localCloud: this.localCloud } : {}),
      newId: () => `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`,
    }
  }

  operations(): Operation[] {
    return [...this.ended, ...[...this.states.values()].flatMap((state) => state.operations)]
  }

  addEvent(row: Omit<LogRow, 'seq'>): void {
    const seq = (this.log.at(-1)?.seq ?? 0) + 1
    this.log.push({ ...row, seq })
    for (const listener of this.listeners) listener(row.stream, seq)
  }

  private groupNames(): readonly string[] {
    return [...this.states.values()].flatMap(({ groups }) => groups.map(({ name }) => name))
  }

  private look<Seen>(seen: Seen | null): Look<Seen> {
    return { seen, at: seen === null ? null : this.now, fault: this.lookFault }
  }

  private history(): History {
    const logged = ({ cluster, application, stream, type, by, from, to, beforeSeq, limit }: LogFilter) =>
      [...this.log]
        .reverse()
        .filter(
          (row) =>
            (!cluster || row.cluster === cluster) &&
            (!application || row.application === application) &&
            (!type || row.type === type) &&
            (!by || row.actor.name === by) &&
            (!from || row.at >= from) &&
            (!to || row.at < to) &&
            (!stream || row.stream === stream) &&
            (!beforeSeq || row.seq < beforeSeq),
        )
        .slice(0, limit)
    return {
      seesForeign: () => true,
      applications: async () => this.applications,
      application: async (name) => this.applications.find((each) => each.name === name) ?? null,
      clusters: async () => [...this.states.values()].map((state) => state.cluster),
      clusterState: async (name) => this.states.get(name) ?? null,
      clusterStates: async () =>
        [...this.states.values()].sort((a, b) => (a.cluster.name < b.cluster.name ? -1 : 1)),
      serverGroup: async (name) =>
        [...[...this.states.values()].flatMap((state) => state.groups), ...this.destroyed].find(
          (group) => group.name === name,
        ) ?? null,
      groupsNamed: async (part, limit) =>
        [...[...this.states.values()].flatMap((state) => state.groups), ...this.destroyed]
          .filter((group) => group.name.includes(part.toLowerCase()))
          .slice(0, limit),
      destroyedGroups: async (cluster) => this.destroyed.filter((group) => group.cluster === cluster),
      operation: async (id) => this.operations().find((each) => each.id === id) ?? null,
      operations: async ({ cluster, active, kinds, after, limit }) =>
        this.operations()
          .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())
          .filter(isAfter(after, ({ id }) => id))
          .filter(
            (each) =>
              (!cluster || each.cluster === cluster) &&
              (active === undefined || isActive(each) === active) &&
              (!kinds || kinds.includes(each.kind)),
          )
          .slice(0, limit),
      operationsAmong: async (ids, without) =>
        this.operations().filter(({ id, phase }) => ids.includes(id) && phase !== without),
      operationNames: async (limit) =>
        this.operations()
          .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())
          .slice(0, limit),
      operationEvents: async (id) => this.events.get(id) ?? [],
      intent: async (id) => this.intents.find((row) => row.id === id) ?? null,
      intents: async ({ operationId, cluster, after, limit }) =>
        this.intents
          .filter(isAfter(after, ({ id }) => id))
          .filter(
            (row) =>
              (!operationId || row.operationId === operationId) && (!cluster || row.cluster === cluster),
          )
          .slice(0, limit),
      log: async (filter) => logged(filter),
      logLines: async (filter) => logged(filter).map(({ data: _data, ...line }) => line),
      cleanupRuns: async (filter) => logged({ stream: cleanupStream, ...filter }).map(runLineOf),
      cleanupRun: async (runId) =>
        logged({ stream: cleanupStream, limit: this.log.length }).find(
          (row) => recordedRunOf(row).runId === runId,
        ) ?? null,
      eventsAfter: async (seq, limit) => this.log.filter((row) => row.seq > seq).slice(0, limit),
      lastSeq: async () => this.log.at(-1)?.seq ?? 0,
      bake: async (id) => this.bakes.find((bake) => bake.id === id) ?? null,
      bakes: async ({ application, after, limit }) =>
        this.bakes
          .filter(isAfter(after, ({ id }) => id))
          .filter((bake) => !application || bake.request.application === application)
          .slice(0, limit)
          .map(({ log: _log, ...listed }) => listed),
      bakeNames: async (limit) =>
        this.bakes.slice(0, limit).map(({ id, phase, request: { application, version } }) => ({
          id,
          phase,
          application,
          version,
        })),
      image: async (name) =>
        this.images.find((image) => image.name === name || image.imageId === name) ?? null,
      images: async ({ application, after, limit }) =>
        this.images
          .filter(isAfter(after, ({ imageId }) => imageId))
          .filter((image) => !application || image.application === application)
          .slice(0, limit),
      bakePackages: async (bakeId) => this.installed.get(bakeId) ?? null,
      everyImage: async () => this.images,
      imagesOn: async (baseImageId) => this.images.filter((image) => image.baseImageId === baseImageId),
      imageByKey: async (key) => this.images.find((image) => image.contentKey === key) ?? null,
      imageCounts: async () => countsOf(this.images.map(({ application }) => application)),
      obligations: async () => [...this.states.values()].flatMap((state) => state.obligations),
      restraint: async (id) => this.restraints.find((each) => each.id === id) ?? null,
      restraints: async (limit) => [...this.restraints].reverse().slice(0, limit),
    }
  }

  private store(): Store {
    return {
      claim: unused('claim'),
      release: unused('release'),
      clusterNames: async () => [...this.states.keys()],
      loadCluster: async (name) => this.states.get(name) ?? null,
      loadBake: async (id) => this.bakes.find((bake) => bake.id === id) ?? null,
      activeBakeIds: async () => [],
      retiringImageIds: async () => [],
      openRestraints: async (at) => this.restraints.filter((each) => !isOver(each, at)),
      commitTurn: unused('commitTurn'),
      answerIntent: unused('answerIntent'),
      saveWait: unused('saveWait'),
      request: async (cluster, decide) => {
        const state = this.states.get(cluster) ?? null
        const { change, result } = decide(state)
        this.write(cluster, change)
        return result
      },
      requestApplication: async (name, decide) => {
        const { change, result } = decide(this.applications.find((each) => each.name === name) ?? null)
        const { application, ...rest } = change
        if (application)
          this.applications = [...this.applications.filter((each) => each.name !== name), application]
        this.write(null, rest)
        return result
      },
      record: async (change) => {
        if (change.cluster) this.write(change.cluster.name, change)
        else this.write(null, change)
      },
      onChange: (listener) => {
        this.listeners.add(listener)
        return () => this.listeners.delete(listener)
      },
    }
  }

  private write(name: string | null, change: Change): void {
    if (name !== null && (change.cluster || this.states.has(name))) {
      const before = this.states.get(name) ?? {
        cluster: change.cluster!,
        groups: [],
        operations: [],
        obligations: [],
        tickets: [],
      }
      const next = withChange(before, change)
      this.ended.push(...next.operations.filter(isEnded))
      this.states.set(name, { ...next, operations: next.operations.filter((each) => !isEnded(each)) })
    }
    if (change.bake) this.bakes = [change.bake, ...this.bakes.filter((bake) => bake.id !== change.bake!.id)]
    const { image } = change
    if (image) this.images = [image, ...this.images.filter((each) => each.imageId !== image.imageId)]
    const { restraint } = change
    if (restraint)
      this.restraints = [...this.restraints.filter((each) => each.id !== restraint.id), restraint]
    if (change.retention) this.retention.apply(change.retention)
    for (const event of change.events ?? []) this.addEvent(rowOf(event, this.now))
  }

  private account(): AccountReader {
    return {
      catalog: async () => this.catalog,
      identity: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/delling' }),
      imageState: async (imageId) => {
        const image = this.images.find((each) => each.imageId === imageId)
        return image ? { state: 'available', name: image.name } : null
      },
      callCounts: () => ({
        perMinute: {
          'elbv2:DescribeTargetHealth': 18,
          'autoscaling:DescribeAutoScalingGroups': 12,
          'elbv2:DescribeRules': 8,
        },
        throttled: 0,
        total: 38,
      }),
      traffic: async () => this.traffic,
    }
  }
}

function inGoodOrder({ imageId, bakedAt }: Image): AccountImage {
  return {
    imageId,
    state: 'available',
    owner: 'test',
    createdAt: bakedAt,
    isPublic: false,
    sizeGib: 8,
    snapshots: 1,
  }
}

function rowOf(event: NewEvent, at: Date): Omit<LogRow, 'seq'> {
  const { stream, actor, cluster, application } = event
  const sentence =
    'sentence' in event.event && typeof event.event.sentence === 'string'
      ? event.event.sentence
      : eventSentence(event.event as OperationEvent)
  return {
    at,
    stream,
    cluster,
    application,
    actor,
    type: event.event.type,
    sentence,
    data: { ...event.event },
  }
}

function unused(name: string): () => never {
  return () => {
    throw new Error(`the console never calls ${name}`)
  }
}
