import type { Actor, Override } from './operation.js'

export type PackageKind = 'tgz' | 'zip' | 'deb'

/** The application package as recorded: where the builder fetches it and what digest it must have. */
export interface PackageRef {
  readonly kind: PackageKind
  readonly fileName: string
  /** `s3://bucket/key` or `https://…`. */
  readonly address: string
  /** 64 hex digits, checked again on the builder. */
  readonly sha256: string
}

export interface BakeRequest {
  readonly application: string
  readonly version: string
  readonly package: PackageRef
  /** `ami-…`, or the name of an SSM parameter that holds one. */
  readonly base: string
  readonly instanceType: string
  /** Null: from the package itself (Procfile, package.json, systemd unit). */
  readonly startCommand: string | null
  /** The port handed to the application as `PORT` where its launch says nothing else. */
  readonly port: number
  readonly healthPath: string
  readonly commit: string | null
  readonly actor: Actor
  readonly reason: string
  /** It was asked for though everything was stopped. */
  readonly override?: Override
}

export type BakePhase =
  | 'requested'
  | 'launching'
  | 'building'
  | 'imaging'
  | 'finishing'
  | 'discarding'
  | 'baked'
  | 'failed'
  | 'cancelled'

/** The image that everything is put on, resolved once and pinned. */
export interface BaseImage {
  readonly imageId: string
  readonly name: string
  /** The SSM parameter it was resolved from. */
  readonly alias: string | null
  readonly rootDeviceName: string | null
}

/** One image in the making: the fold of its events. */
export interface Bake {
  readonly id: string
  readonly phase: BakePhase
  readonly phaseSince: Date
  readonly request: BakeRequest
  /** sha256 of base image id, package digest and recipe with its parameters; null until resolved. */
  readonly contentKey: string | null
  /** The digest of the scripts alone; null in what a version before it was recorded. */
  readonly recipe: string | null
  readonly imageName: string | null
  readonly imageId: string | null
  readonly baseImage: BaseImage | null
  /** Counts launches of a builder; part of the client token, so that each is made once. */
  readonly attempt: number
  /** When this attempt's launch was first sent; null while it has not been, and again once it was refused. */
  readonly attemptAt: Date | null
  /** When a launch was last refused for want of room. */
  readonly refusedAt: Date | null
  /** When a launch was last refused after an unanswered try of the same attempt, which may still come through. */
  readonly lostLaunchAt: Date | null
  readonly builderId: string | null
  /** First seen stopped without a report. */
  readonly builderStoppedAt: Date | null
  /** When the image's creation was first sent: from then on there may be one. */
  readonly imageSentAt: Date | null
  /** How many packages its builder reported; null: none were reported, or by a version that did not ask. */
  readonly packageCount: number | null
  /** AWS's own failure is worth one more try, once what is left of this one is gone. */
  readonly rebake: 'unused' | 'wanted' | 'used'
  /** True when an image with the same key was there already. */
  readonly reused: boolean
  readonly cancelRequested: boolean
  readonly reason: string | null
  readonly endsAs: 'failed' | 'cancelled' | null
  readonly log: string
  readonly requestedAt: Date
  readonly endedAt: Date | null
  readonly wait: { readonly sentence: string; readonly until: Date | null; readonly at: Date } | null
}

/** A bake as lists have it: its log may be a quarter of a megabyte. */
export type ListedBake = Omit<Bake, 'log'>

/** An image as it is recorded: what it was made from and what people found out about it. */
export interface Image {
  readonly imageId: string
  readonly name: string
  readonly application: string
  readonly version: string
  readonly bakeId: string
  readonly contentKey: string
  /** The digest of the scripts that it was baked with; null in what a version before it was recorded. */
  readonly recipe: string | null
  readonly baseImageId: string
  readonly baseImageName: string
  readonly packageName: string
  readonly packageSha256: string
  readonly commit: string | null
  readonly creator: string
  readonly bakedAt: Date
  /** Set from when somebody wants it gone; `retired` in it: AWS has it no more. */
  readonly retirement: ImageRetirement | null
  /** Set when a group of it was switched away from, or never got registered. */
  readonly bad: { readonly reason: string; readonly group: string; readonly at: Date } | null
}

/** An image on its way out of the account, or gone. */
export interface ImageRetirement {
  readonly phase: 'checking' | 'deregistering' | 'clearing' | 'retired'
  readonly phaseSince: Date
  readonly by: string
  readonly reason: string
  readonly requestedAt: Date
  /** Its snapshots, noted down before it is deregistered, because nothing names them afterwards. */
  readonly snapshots: readonly string[]
  /** Why a snapshot had to stay. */
  readonly left: readonly string[]
  /** Since when no look has shown what is to be gone next; null while one does. */
  readonly unseenSince: Date | null
  readonly endedAt: Date | null
}
