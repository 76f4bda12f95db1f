import { createReadStream } from 'node:fs'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { safeFileName } from '../domain/package.js'
import { Refusal } from '../domain/refusal.js'
import type { PackageStore } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { codeOf, statusOf } from './faults.js'

export interface PackageStoreSettings {
  /** Where uploads go; null: none was configured, and only addresses can be baked. */
  readonly bucket: string | null
  /** Makes the bucket when it is missing. Not on AWS, where it belongs to whoever owns the account. */
  readonly createBucket: boolean
  /**
   * The account that the bucket must belong to. Names of buckets are the world's: a wrong one may be a stranger's, who would
   * then have the package. Missing: not asked, for clouds that don't know owners.
   */
  readonly expectedOwner?: string | undefined
}

/** Uploads by their digest: the same file sent twice lies there once. */
export function makePackageStore({ s3 }: ServiceClients, settings: PackageStoreSettings): PackageStore {
  let ready: Promise<void> | null = null
  return {
    async put(fileName, sha256, path, bytes) {
      const { bucket } = settings
      if (bucket === null)
        throw new Refusal(
          'NoPackageBucket',
          'No S3 bucket for packages is configured. Set DELLING_PACKAGE_BUCKET, or give an https:// or s3:// address; nothing was kept.',
        )
      if (settings.createBucket) {
        ready ??= ensureBucket(s3, bucket)
        await ready.catch((error: unknown) => {
          ready = null
          throw error
        })
      }
      const key = `packages/${sha256}/${safeFileName(fileName)}`
      await putFile(s3, path, {
        Bucket: bucket,
        Key: key,
        ContentLength: bytes,
        ContentType: 'application/octet-stream',
        // Answered with an error by S3 if what arrived is another file.
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
        ExpectedBucketOwner: settings.expectedOwner,
      }).catch((error: unknown) => {
        throw bucketRefusal(bucket, error) ?? error
      })
      return `s3://${bucket}/${key}`
    },
  }
}

/**
 * Sends a file. The SDK neither closes a file that S3 did not want (it may say no before the first byte) nor hears of one
 * that can't be read to its end.
 */
async function putFile(
  s3: S3Client,
  path: string,
  object: Omit<PutObjectCommandInput, 'Body'>,
): Promise<void> {
  const file = createReadStream(path)
  const given = new AbortController()
  const unreadable = new Promise<never>((_, reject) => file.on('error', reject))
  try {
    const sent = s3.send(new PutObjectCommand({ ...object, Body: file }), { abortSignal: given.signal })
    await Promise.race([sent, unreadable])
  } finally {
    given.abort()
    file.destroy()
  }
}

/** What is wrong with the configured bucket, in a sentence; null for a failure that is not the bucket's. */
function bucketRefusal(bucket: string, error: unknown): Refusal | null {
  const code = codeOf(error)
  const reason =
    code === 'NoSuchBucket'
      ? 'does not exist; make it, or set DELLING_PACKAGE_BUCKET to one that does'
      : code === 'AccessDenied'
        ? 'does not belong to this account, or Delling may not write to it; see docs/aws.md'
        : statusOf(error) === 301 || code === 'AuthorizationHeaderMalformed'
          ? 'lies in another region; set DELLING_PACKAGE_BUCKET to one in the region of AWS_REGION'
          : null
  if (reason === null) return null
  return new Refusal('PackageBucket', `The S3 bucket ${bucket} ${reason}. Nothing was kept.`)
}

async function ensureBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  }
}

const validSec = 3600

/**
 * An address from which a builder fetches a package without credentials. Whoever reads the builder's user data can fetch
 * that one file with it for an hour; an `https:` address is handed on as it is.
 */
export async function packageUrl({ s3 }: ServiceClients, address: string, signedAt: Date): Promise<string> {
  const { protocol, host, pathname } = new URL(address)
  if (protocol === 'https:') return address
  const command = new GetObjectCommand({ Bucket: host, Key: decodeURIComponent(pathname.slice(1)) })
  return getSignedUrl(s3, command, { expiresIn: validSec, signingDate: signedAt })
}
