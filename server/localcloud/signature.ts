import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AwsFault } from './fault.js'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface SignedRequest {
  readonly method: string
  /** Path and query as they came, undecoded. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** What a caller says of itself: in the Authorization header or in a presigned query. */
export interface Credential {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `20261121T120000Z` as sent. */
  readonly timestamp: string
  /** How long a presigned query is good for; undefined for a header. */
  readonly expiresS: number | undefined
}

const headerPattern =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/

export function readCredential(request: SignedRequest): Credential | undefined {
  const header = request.headers.authorization
  if (header) {
    const match = headerPattern.exec(header.trim())
    if (!match)
      throw new AwsFault(
        'IncompleteSignature',
        'The Authorization header is not a complete Signature Version 4.',
        400,
      )
    const [, accessKeyId = '', date = '', region = '', service = '', signed = '', signature = ''] = match
    const timestamp = String(request.headers['x-amz-date'] ?? '')
    return {
      accessKeyId,
      date,
      region,
      service,
      signedHeaders: signed.split(';'),
      signature,
      timestamp,
      expiresS: undefined,
    }
  }
  const query = new URL(request.url, 'http://localhost').searchParams
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined
  const [accessKeyId = '', date = '', region = '', service = ''] = (
    query.get('X-Amz-Credential') ?? ''
  ).split('/')
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    timestamp: query.get('X-Amz-Date') ?? '',
    expiresS: Number(query.get('X-Amz-Expires') ?? 0),
  }
}

/** Milliseconds since the epoch of a SigV4 timestamp; NaN when it is none. */
export function signedAtMs(timestamp: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp)
  if (!match) return Number.NaN
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
const encoded = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

function canonicalQuery(url: string): string {
  const pairs = [...new URL(url, 'http://localhost').searchParams.entries()]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => [encoded(key), encoded(value)] as const)
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
  return pairs.map(([key, value]) => `${key}=${value}`).join('&')
}

/** S3 signs the path as sent; every other service signs it encoded once more. */
function canonicalPath(url: string, service: string): string {
  const path = url.split('?')[0] || '/'
  return service === 's3' ? path : path.split('/').map(encoded).join('/')
}

/**
 * Throws unless the signature is the key's over this request. `payloadHash` is what the caller declared for S3, else
 * the digest of the body as it came.
 */
export function checkSignature(
  request: SignedRequest,
  claim: Credential,
  key: AccessKey,
  payloadHash: string,
): void {
  if (claim.accessKeyId !== key.accessKeyId)
    throw new AwsFault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403)
  const headers = claim.signedHeaders.map((name) => {
    const value = request.headers[name]
    return `${name}:${(Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/\s+/g, ' ')}\n`
  })
  const canonical = [
    request.method,
    canonicalPath(request.url, claim.service),
    canonicalQuery(request.url),
    headers.join(''),
    claim.signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', claim.timestamp, scope, sha256(canonical)].join('\n')
  const signingKey = [claim.date, claim.region, claim.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  )
  const expected = hmac(signingKey, toSign).toString('hex')
  const hostSigned = claim.signedHeaders.includes('host')
  const equal =
    claim.signature.length === expected.length &&
    timingSafeEqual(Buffer.from(claim.signature), Buffer.from(expected))
  if (hostSigned && equal) return
  throw new AwsFault(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    403,
  )
}

const SIGNED_AT_MOST_MS = 15 * 60_000

/** The machine's clock or the moved one: a caller may go by either. */
export function checkFresh(claim: Credential, clocksMs: readonly number[]): void {
  const signedAt = signedAtMs(claim.timestamp)
  const isGood = clocksMs.some((now) => {
    if (claim.expiresS !== undefined)
      return now <= signedAt + claim.expiresS * 1000 && signedAt <= now + SIGNED_AT_MOST_MS
    return Math.abs(now - signedAt) <= SIGNED_AT_MOST_MS
  })
  if (!isGood)
    throw new AwsFault('RequestExpired', 'Request has expired.', claim.expiresS === undefined ? 400 : 403)
}
