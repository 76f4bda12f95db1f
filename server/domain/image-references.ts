export type ReferenceKind = 'instance' | 'launch template' | 'Auto Scaling group' | 'launch configuration'

/** Something of the account that runs from an image, or that would launch from it. */
export interface ImageReference {
  readonly imageId: string
  readonly kind: ReferenceKind
  readonly name: string
}

/** Everything of one account and region that refers to an image, ours or not, at one moment. */
export interface ImageReferences {
  readonly readAt: Date
  readonly references: readonly ImageReference[]
  /** The Auto Scaling groups that were read. */
  readonly groups: readonly string[]
  /** What launches from an image that nobody could tell, each in a sentence. */
  readonly unresolved: readonly string[]
}
