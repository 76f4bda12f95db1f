import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { ConfigurationError } from '../config/configuration-error.js'
import { loadConsoleConfig, type ConsoleConfig } from '../config/console.js'
import { readConsoleFile, removeConsoleFile, writeConsoleFile } from '../config/console-file.js'
import { readLayout } from './big-account/layout.js'
import { recordBigAccount } from './big-account/record.js'
import { makeAccountReader } from './cloud/account.js'
import { makeCloud } from './cloud/aws.js'
import { makeBakeCloud } from './cloud/bakes.js'
import { makeImageCloud } from './cloud/image-retirement.js'
import { makeClients, type Clients } from './cloud/clients.js'
import { refuseUnlessAllowedAccount, refuseUnlessLoopback } from './cloud/guards.js'
import { makeMarkedReader } from './cloud/marked-things.js'
import { makeMeter, type Meter } from './cloud/meter.js'
import { makeAccountLister } from './cloud/account-listing.js'
import { makeAccountObserver } from './cloud/account-observer.js'
import { makeLocalCloudControl } from './cloud/local-cloud-control.js'
import { makePackageStore } from './cloud/packages.js'
import { makeProber } from './cloud/prober.js'
import { DatabaseAway } from './domain/database-away.js'
import type { JobName } from './domain/job.js'
import type { Actor } from './domain/operation.js'
import type { OutboundLeave } from './domain/outbound-address.js'
import type { Pulse } from './domain/replica.js'
import { NewerRecords } from './domain/newer-records.js'
import { awsTimings, scaleTimings, type Timings } from './domain/timings.js'
import { KeptOrphans } from './engine/kept-orphans.js'
import { Looks } from './engine/looks.js'
import { Loop } from './engine/loop.js'
import { lookForOrphans, removeOrphans, type OrphanRemoval } from './engine/orphans.js'
import type { Parts } from './engine/parts.js'
import type { AccountReader, Clock } from './engine/ports.js'
import type { Outbox } from './engine/ports-channels.js'
import { Deliveries, type DeliveryLog } from './jobs/deliveries.js'
import { forgettingWork } from './jobs/forgetting.js'
import { Heartbeat } from './jobs/heartbeat.js'
import { imageMarksWork } from './jobs/image-marks.js'
import { imageRetentionWork } from './jobs/image-retention.js'
import type { JobLog } from './jobs/job-log.js'
import { withLeftUploads } from './jobs/left-uploads.js'
import { cleanupWork } from './jobs/nightly-cleanup.js'
import { orphansWork } from './jobs/orphans.js'
import { PeriodicJob, type PeriodicWork } from './jobs/periodic-job.js'
import { Pulses } from './jobs/pulses.js'
import { makeReporter } from './jobs/replica-report.js'
import { LocalCloudClock, machineClock } from './jobs/wall-clock.js'
import { makeLateReplies } from './outbound/late-replies.js'
import { makeSender } from './outbound/sender.js'
import { configuredAdmins } from './domain/grant.js'
import { OpenIdProvider } from './identity/openid-provider.js'
import { PgApiTokens } from './store/api-tokens.js'
import { ChangeFeed } from './store/change-feed.js'
import { PgChannels } from './store/channels.js'
import { PgConfirmations } from './store/confirmations.js'
import { PgCredentials } from './store/credentials.js'
import { Database } from './store/database.js'
import { DatabaseWatch } from './store/database-watch.js'
import { PgForgetting } from './store/forgetting.js'
import { PgImageRetention } from './store/image-retention.js'
import { PgJobRuns } from './store/job-runs.js'
import { migrate } from './store/migrate.js'
import { PgOutbox } from './store/outbox.js'
import { PostgresHistory } from './store/postgres-history.js'
import { PostgresStore } from './store/postgres-store.js'
import { Seal } from './store/seal.js'
import { PgPeople } from './store/people.js'
import { PgSessions } from './store/session-list.js'
import { makeSessionStore } from './store/session-store.js'
import { PgSystem } from './store/system.js'
import { makeApp } from './web/app.js'
import { Metrics } from './web/metrics.js'
import { StreamReaders } from './web/stream-readers.js'
import type { PeriodicName } from './web/system-face.js'
import type { SignInPolicy } from './web/sign-in-policy.js'

const maxUploadBytes = 2 * 1024 ** 3
/** A look for orphans reads the whole account: pages are content with one of this age. */
const orphansRestMs = 30_000

/** Starts the console with its worker; resolves once it answers. */
async function main(): Promise<void> {
  const config = loadConsoleConfig()
  const logger = pino({ level: config.logLevel, base: { process: 'console' } })
  const clock = await clockFor(config)
  const metrics = new Metrics()
  const meter = makeMeter(undefined, (...ended) => metrics.awsCall(...ended))
  const { region, endpoint, accessKey } = config.cloud
  const clients = makeClients({ region, endpoint, credentials: accessKey, meter })
  const timings = scaleTimings(awsTimings, config.paceDivisor)
  const looks = new Looks(timings)
  const { metricPeriodSec } = timings
  const reader = makeAccountReader(clients, { clock, meter, metricPeriodSec, looks })
  const account = await guardedAccount(config, clients, reader)
  await migrate(config.databaseUrl)
  const onFault = (error: Error) => logger.warn({ err: error }, 'a connection to the database broke')
  const watch = watchThatLogs(logger)
  const database = new Database(config.databaseUrl, onFault, watch)
  const feed = new ChangeFeed(config.databaseUrl, database, onFault)
  await feed.start()
  const generated = await recordGenerated(config, { clock, database, feed, account }, logger)
  const parts = makeParts(config, {
    ...{ clock, clients, reader, looks, timings, database, feed, account, generated },
  })
  const loop = new Loop(parts, { fault: (scope, error) => logFault(logger, scope, error) })
  const credentials = new PgCredentials(database)
  const leave = { loopback: config.cloud.mode === 'local', networks: config.channelNetworks }
  const seal = new Seal(config.sessionSecret)
  const own = ownWork({ config, parts, clients, database, watch, loop, meter, metrics, logger })
  const deliveryLog = deliveryLogOf(own.log, logger)
  const deliveries = deliveriesOf(config, parts, new PgOutbox(database, clock, seal), leave, deliveryLog)
  let ready = false
  const app = makeApp({
    parts,
    credentials,
    tokens: new PgApiTokens(database),
    people: new PgPeople(database),
    sessions: new PgSessions(database, config.signIn.sessionIdleMs),
    signIn: signInPolicy(config),
    sessionStore: makeSessionStore(database),
    sessionSecret: config.sessionSecret,
    hosts: config.hosts,
    publicUrl: config.publicUrl,
    logger,
    ready: () => ready,
    databaseAwaySince: () => watch.awaySince,
    leftAlone: () => loop.leftAlone,
    localCloud: config.cloud.mode === 'local',
    channels: new PgChannels(database, clock, seal),
    leave,
    slack: {
      ...config.slack,
      confirmations: new PgConfirmations(database),
      lateReplies: makeLateReplies(leave),
    },
    system: own.face,
    uploadDir: uploadsOf(config),
    maxUploadBytes,
  })
  const server = await listen(createServer(app), config)
  await leaveWordForCommandLine(config, credentials)
  await own.heartbeat.start()
  loop.start()
  own.start()
  deliveries.start()
  ready = true
  logger.info({ url: config.publicUrl, mode: config.cloud.mode, account, region }, 'the console is ready')
  stopOnSignal(logger, async () => {
    ready = false
    server.close()
    server.closeAllConnections()
    await deliveries.stop()
    await own.stop()
    await loop.stop()
    await own.heartbeat.stop()
    await feed.stop()
    await database.close()
    clients.close()
    if (clock instanceof LocalCloudClock) clock.stop()
  })
}

/** The command line of this machine finds address and token in a file; where people sign in elsewhere, there is none. */
async function leaveWordForCommandLine(config: ConsoleConfig, credentials: PgCredentials): Promise<void> {
  if (!config.signIn.local) return removeConsoleFile(config.home)
  writeConsoleFile(config.home, { url: config.publicUrl, token: await commandLineToken(config, credentials) })
}

function watchThatLogs(logger: Logger): DatabaseWatch {
  return new DatabaseWatch({
    away: (cause) =>
      logger.error({ err: cause }, 'the database does not answer; nothing is begun until it does'),
    back: (awayMs) => logger.info({ awayMs: Math.round(awayMs) }, 'the database answers again'),
  })
}

function deliveriesOf(
  { publicUrl, version }: ConsoleConfig,
  { store, newId }: Parts,
  outbox: Outbox,
  leave: OutboundLeave,
  log: DeliveryLog,
): Deliveries {
  const sender = makeSender({ leave, publicUrl, version })
  return new Deliveries({ outbox, sender, store, newId }, log)
}

function deliveryLogOf(log: JobLog, logger: Logger): DeliveryLog {
  return { ...log, givenUp: (delivery) => logger.warn(delivery, 'a notification was given up') }
}

/** Where uploads are kept while they are checked. */
function uploadsOf({ home }: ConsoleConfig): string {
  return join(home, 'uploads')
}

interface OwnSources {
  readonly config: ConsoleConfig
  readonly parts: Parts
  readonly clients: Clients
  readonly database: Database
  readonly watch: DatabaseWatch
  readonly loop: Loop
  readonly meter: Meter
  readonly metrics: Metrics
  readonly logger: Logger
}

/** The jobs of this replica, and what it shows of itself. */
function ownWork({ config, parts, clients, database, watch, loop, meter, metrics, logger }: OwnSources) {
  const replica = loop.holder
  const pulses = new Pulses()
  const log = jobLogOf(pulses, logger)
  const keeper = { runs: new PgJobRuns(database), replica, newId: randomUUID }
  const { store } = parts
  const periodic = (work: PeriodicWork) => new PeriodicJob(work, { store, keeper }, log)
  const forgetting = periodic(
    forgettingWork(store, withLeftUploads(new PgForgetting(database), uploadsOf(config))),
  )
  const orphanParts = { ...parts, marked: makeMarkedReader(clients.readers, parts.place.owner) }
  const orphans = periodic(orphansWork(orphanParts))
  const records = new PgSystem(database)
  const streams = new StreamReaders()
  const report = makeReporter({
    version: config.version,
    pool: () => database.poolState(),
    streams: () => streams.count,
    calls: () => meter.figures(),
    callsSinceStart: () => meter.counts(),
    looks: () => loop.looks(),
    lookShare: () => parts.looks.share,
    pulses: () => [...pulses.list(), ...alwaysOn(loop, watch)],
    leftAlone: () => loop.leftAlone,
  })
  const kept = new KeptOrphans(() => lookForOrphans(orphanParts), orphansRestMs)
  const byClock = { forgetting, orphans, 'image-marks': periodic(imageMarksWork(parts)) }
  const jobs = [periodic(cleanupWork(parts)), periodic(imageRetentionWork(parts)), ...Object.values(byClock)]
  return {
    log,
    start: () => jobs.forEach((job) => job.start()),
    stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))),
    heartbeat: new Heartbeat(
      { records, replica, report, alive: (replicas) => parts.looks.shareAmong(replicas) },
      log,
    ),
    face: {
      records,
      runs: keeper.runs,
      replica,
      streams,
      metrics,
      report,
      runNow: (job: PeriodicName, actor: Actor) => byClock[job].runNow(actor),
      orphans: {
        look: () => kept.seen(),
        remove: (actor: Actor, removal: OrphanRemoval) =>
          orphans
            .whileNobodyElse((lease) => removeOrphans(orphanParts, lease, actor, removal))
            .finally(() => kept.forget()),
      },
    },
  }
}

/** Faults are shown and logged, what goes well is only shown. */
function jobLogOf(pulses: Pulses, logger: Logger): JobLog {
  return {
    fault(job, error) {
      pulses.fault(job, error)
      logFault(logger, job, error)
    },
    looked: (job, tookMs) => pulses.beat(job, tookMs),
  }
}

/** Work that is noticed by what it leaves behind. */
function alwaysOn(loop: Loop, watch: DatabaseWatch): readonly Pulse[] {
  const ofMoment = (job: JobName, agoMs: number, fault: string | null = null): Pulse => ({
    job,
    agoMs: Math.round(agoMs),
    tookMs: 0,
    fault,
  })
  const faulty = loop.looks().filter(({ fault }) => fault !== null).length
  return [
    ofMoment('advancing', loop.roundAgoMs, faulty > 0 ? `${faulty} of the last looks went wrong` : null),
    ofMoment('listening', watch.answeredAgoMs),
  ]
}

/** How people sign in, as it is configured. */
function signInPolicy({ signIn, publicUrl }: ConsoleConfig): SignInPolicy {
  const { local, oidc, approveOwn, trustedProxies, sessionIdleMs, sessionMs } = signIn
  return {
    local,
    provider: oidc && new OpenIdProvider({ ...oidc, publicUrl }),
    configured: configuredAdmins(signIn.admins),
    approveOwn,
    idleMs: sessionIdleMs,
    longestMs: sessionMs,
    trustedHops: trustedProxies,
  }
}

/** The token of this home's command line: the one that was issued before, as long as it opens the console. */
async function commandLineToken(config: ConsoleConfig, credentials: PgCredentials): Promise<string> {
  const kept = readConsoleFile(config.home)?.token
  if (kept && (await credentials.tokenOwner(kept))) return kept
  return credentials.issueToken({ name: userName() }, null)
}

/** Who runs it, as the log names whoever uses its token and links; a container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'owner'
  }
}

interface Made {
  readonly clock: Clock
  readonly clients: Clients
  readonly reader: AccountReader
  readonly looks: Looks
  readonly timings: Timings
  readonly database: Database
  readonly feed: ChangeFeed
  readonly account: string
  /** Its account is a generated one, whose instances are records. */
  readonly generated: boolean
}

function makeParts(config: ConsoleConfig, made: Made): Parts {
  const { clock, clients, reader, looks, timings, database, feed, account, generated } = made
  const { metricPeriodSec } = timings
  const mode = config.cloud.mode
  return {
    store: new PostgresStore(database, clock, feed),
    history: new PostgresHistory(database),
    cloud: makeCloud(clients, { clock, metricPeriodSec }),
    bakeCloud: makeBakeCloud(clients, () => clock.now()),
    imageCloud: makeImageCloud(clients, () => clock.now()),
    retention: new PgImageRetention(database),
    prober: makeProber(),
    account: reader,
    lister: makeAccountLister(clients.readers, { clock, looks }),
    observer: makeAccountObserver(clients.readers, { clock, divisor: timings.awsDivisor, looks }),
    looks,
    packages: makePackageStore(clients.writers, {
      bucket: config.packageBucket || null,
      createBucket: mode !== 'aws',
      expectedOwner: mode === 'aws' ? account : undefined,
    }),
    clock,
    timings,
    place: {
      account,
      region: config.cloud.region,
      mode,
      paceDivisor: config.paceDivisor,
      owner: config.owner,
      version: config.version,
      ...(generated ? { instances: 'records' as const } : {}),
    },
    defaults: config.defaults,
    newId: randomUUID,
    ...localCloudOf(config, clients),
  }
}

/** Where the local cloud's account was generated, the records that belong to it are written before anything looks at it. */
async function recordGenerated(
  config: ConsoleConfig,
  { clock, database, feed, account }: Pick<Made, 'clock' | 'database' | 'feed' | 'account'>,
  logger: Logger,
): Promise<boolean> {
  const { mode, controlUrl, controlToken, region } = config.cloud
  if (mode !== 'local' || controlUrl === undefined) return false
  const clusters = await readLayout(controlUrl, controlToken)
  let at = clock.now()
  const store = new PostgresStore(database, { now: () => at }, feed)
  const pushes = await recordBigAccount(
    {
      record: (change) => store.record(change),
      requestApplication: (name, decide) => store.requestApplication(name, decide),
      loadCluster: (name) => store.loadCluster(name),
      setNow: (moment) => (at = moment),
    },
    clusters,
    { account, region, ...config.defaults },
    clock.now(),
    randomUUID,
  )
  if (pushes > 0)
    logger.info({ clusters: clusters.length, pushes }, 'the history of a generated account was recorded')
  return clusters.length > 0
}

/** What can be rehearsed with: nothing where the console works on anything but its own local cloud. */
function localCloudOf({ cloud }: ConsoleConfig, clients: Clients): Pick<Parts, 'localCloud'> {
  const { mode, controlUrl, controlToken } = cloud
  if (mode !== 'local' || controlUrl === undefined) return {}
  return { localCloud: makeLocalCloudControl({ url: controlUrl, token: controlToken }, clients) }
}

/** The account that everything happens in, after the guard of its mode. Throws with a sentence. */
async function guardedAccount(
  config: ConsoleConfig,
  clients: Clients,
  reader: AccountReader,
): Promise<string> {
  if (config.cloud.mode === 'aws')
    return (await refuseUnlessAllowedAccount(clients.readers.sts, config.cloud.accounts)).account
  if (config.cloud.mode === 'local') await refuseUnlessLoopback(clients)
  return (await reader.identity()).account
}

async function clockFor(config: ConsoleConfig): Promise<Clock> {
  if (config.cloud.mode !== 'local' || !config.cloud.controlUrl) return machineClock
  const clock = new LocalCloudClock(config.cloud.controlUrl, config.cloud.controlToken)
  await clock.start()
  return clock
}

function listen(server: Server, config: ConsoleConfig): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => resolve(server))
  })
}

/** That the database is away was said once for all. */
function logFault(logger: Logger, scope: string, error: unknown): void {
  if (error instanceof DatabaseAway) return
  if (error instanceof NewerRecords) return logger.warn({ scope }, error.message)
  logger.warn({ err: error, scope }, 'a turn met a fault; it is tried again')
}

/** The first signal stops in order; a second one stops at once. */
function stopOnSignal(logger: Logger, stop: () => Promise<void>): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'the console did not stop in order')
          process.exit(1)
        },
      )
    })
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigurationError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error)
  process.stderr.write(`The console could not start. ${text}\n`)
  process.exit(1)
})
