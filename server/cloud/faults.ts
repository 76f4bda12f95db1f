import type { CallRefused } from '../engine/ports.js'

interface AwsError {
  readonly name?: string
  readonly Code?: string
  readonly code?: string
  readonly message?: string
  readonly RequestId?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/**
 * AWS's own code of an error. The SDK names some errors after its model (`AlreadyExistsFault`), so the wire code wins;
 * a socket's error has its code in `code`. '' for what is no error of the cloud.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { Code, code, name } = error as AwsError
  const status = statusOf(error)
  if (Code) return Code
  return (status === null ? (code ?? name) : name) ?? ''
}

/** The HTTP status of AWS's answer; null when none came. */
export function statusOf(error: unknown): number | null {
  return (error as AwsError | null)?.$metadata?.httpStatusCode ?? null
}

export function requestIdOf(error: unknown): string | null {
  const { $metadata, RequestId } = (error ?? {}) as AwsError
  return $metadata?.requestId ?? RequestId ?? null
}

const throttles = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'PriorRequestNotCompleteException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottledException',
  'ThrottlingException',
  'TooManyRequestsException',
])

/** Somebody in the account asks too much: nothing was done, ask again later. */
export function isThrottled(code: string): boolean {
  return throttles.has(code)
}

const absent = new Set([
  'TargetGroupNotFound',
  'RuleNotFound',
  'ListenerNotFound',
  'LoadBalancerNotFound',
  'ResourceNotFound',
  'NoSuchKey',
  'NoSuchBucket',
  'ParameterNotFound',
])

/** What was named does not exist. Auto Scaling says so only in the words of a ValidationError. */
export function isNotFound(code: string, message = ''): boolean {
  if (absent.has(code)) return true
  if (/^Invalid\w+\.(NotFound|NotFoundException)$/.test(code)) return true
  return code === 'ValidationError' && /AutoScalingGroup name not found/i.test(message)
}

const taken = new Set([
  'AlreadyExists',
  'DuplicateTargetGroupName',
  'DuplicateLoadBalancerName',
  'DuplicateListener',
  'PriorityInUse',
  'InvalidAMIName.Duplicate',
  'InvalidLaunchTemplateName.AlreadyExistsException',
])

/** The name, port or priority is taken. */
function isAlreadyExists(code: string): boolean {
  return taken.has(code)
}

const busy = new Set([
  'ResourceInUse',
  'ResourceContention',
  'ScalingActivityInProgress',
  'ServiceLinkedRoleFailure',
  'InstanceRefreshInProgress',
  'IdempotentCallInProgress',
  'IncorrectInstanceState',
  'SnapshotCreationPerVolumeRateExceeded',
])

/** Refused for now: something else is going on with what was named. */
function isBusy(code: string): boolean {
  return busy.has(code)
}

const unacceptedCredentials = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])

/**
 * Nothing was done because AWS doesn't take the credentials now: expired, rotated, or signed by a wrong clock. That says
 * nothing about what was asked for, so it is no reason to give anything up. EC2's AuthFailure is also its word for an image
 * that is not shared, which stays refused.
 */
function isUnacceptedCredentials(code: string, message: string): boolean {
  return (
    unacceptedCredentials.has(code) ||
    (code === 'AuthFailure' && /validate the provided access/i.test(message))
  )
}

const refusedWithServerStatus = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientCapacity',
  'ResourceContention',
  'ServiceLinkedRoleFailure',
  'IdempotentCallInProgress',
])

/** Codes that AWS sends with a 5xx status though they say that nothing was done. */
function isRefusedDespiteServerStatus(code: string): boolean {
  return refusedWithServerStatus.has(code) || isThrottled(code)
}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** The request never left this machine. */
function isNeverConnected(code: string): boolean {
  return neverConnected.has(code)
}

/** Nobody knows whether the request took effect: no answer, a broken one, or a server's failure. */
export function isUnclear(error: unknown): boolean {
  const code = codeOf(error)
  const status = statusOf(error)
  if (isNeverConnected(code) || isRefusedDespiteServerStatus(code)) return false
  if (status === null) return true
  return status < 400 || status >= 500 || code === '' || code === 'Unknown' || code === 'UnknownError'
}

/** What a definite refusal means for whoever asked. */
export function meaningOf(code: string, message: string): CallRefused['means'] {
  if (isNotFound(code, message)) return 'gone'
  if (isAlreadyExists(code)) return 'exists'
  if (isBusy(code) || isThrottled(code) || isNeverConnected(code)) return 'busy'
  if (isUnacceptedCredentials(code, message)) return 'busy'
  return 'refused'
}
