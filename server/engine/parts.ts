import type { Timings } from '../domain/timings.js'
import type { AccountLister } from './account-lister.js'
import type { Looks } from './looks.js'
import type { ImageCloud } from './ports-images.js'
import type { ImageRetentionRecords } from './ports-image-retention.js'
import type { AccountObserver } from './ports-account.js'
import type {
  AccountReader,
  BakeCloud,
  Clock,
  Cloud,
  History,
  LocalCloudControl,
  PackageStore,
  Prober,
  Store,
} from './ports.js'

/** Where this console works: shown in every page's header and in `delling me`. */
export interface Place {
  readonly account: string
  readonly region: string
  /** `local`: the embedded cloud; `aws`; `endpoint`: another AWS-compatible address. */
  readonly mode: 'local' | 'aws' | 'endpoint'
  /** What the local cloud divides AWS's delays by; 1 elsewhere. */
  readonly paceDivisor: number
  /** Marks everything this installation makes; nothing without it is ever changed or destroyed. */
  readonly owner: string
  readonly version: string
  /** Its instances are records without a process: a local cloud whose account was generated. Absent elsewhere. */
  readonly instances?: 'records'
}

/** Account-wide defaults behind an application's own. */
export interface Defaults {
  readonly instanceType: string
  readonly baseImage: string
  /** For a .deb, which needs Debian's package manager. */
  readonly debBaseImage: string
  readonly builderInstanceType: string
  readonly builderInstanceProfile: string | null
  readonly morning: string
  readonly timeZone: string
  readonly minWarmHours: number
  readonly maxWarm: number
  readonly registry: string | null
}

/** What the engine is made from; the composition root puts it together. */
export interface Parts {
  readonly store: Store
  readonly history: History
  readonly cloud: Cloud
  readonly bakeCloud: BakeCloud
  readonly imageCloud: ImageCloud
  readonly retention: ImageRetentionRecords
  readonly prober: Prober
  readonly account: AccountReader
  readonly lister: AccountLister
  readonly observer: AccountObserver
  readonly looks: Looks
  readonly packages: PackageStore
  readonly clock: Clock
  readonly timings: Timings
  readonly place: Place
  readonly defaults: Defaults
  /** Random ids, handed in so that tests can hold them. */
  readonly newId: () => string
  /** Only where the console runs on the local cloud that was started with it. */
  readonly localCloud?: LocalCloudControl
}
