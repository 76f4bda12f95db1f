/** One AWS call as it was understood, whatever carried it here. */
export interface AwsCall {
  readonly service: string
  readonly action: string
  readonly input: unknown
  readonly requestId: string
  /** Milliseconds since the epoch at which the caller signed. */
  readonly signedAt: number
}
