import { createReadStream } from 'node:fs'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { safeFileName } from '../domain/package.js'
import { Refusal } from '../domain/refusal.js'
import type { PackageStore } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { statusOf } from './faults.js'

export interface PackageStoreSettings {
  /** Where uploads go; null: none was configured, and only addresses can be baked. */
  readonly bucket: string | null
  /** Makes the bucket when it is missing. Not on AWS, where it belongs to whoever owns the account. */
  readonly createBucket: boolean
}

/** Uploads by their digest: the same file sent twice lies there once. */
export function makePackageStore({ s3 }: ServiceClients, settings: PackageStoreSettings): PackageStore {
  let ready: Promise<void> | null = null
  return {
    async put(fileName, sha256, path, bytes) {
      const { bucket } = settings
      if (bucket === null)
        throw new Refusal(
          'no-package-bucket',
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
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: createReadStream(path),
          ContentLength: bytes,
          ContentType: 'application/octet-stream',
          // Answered with an error by S3 if what arrived is another file.
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
        }),
      )
      return `s3://${bucket}/${key}`
    },
  }
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
