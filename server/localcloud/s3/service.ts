import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { LocalCloud, Operation, Service } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ObjectHead, ObjectListing, ObjectReply } from './rest.js'

interface StoredObject {
  readonly file: string
  readonly etag: string
  readonly size: number
  readonly contentType: string
  readonly modifiedMs: number
  readonly metadata: Readonly<Record<string, string>>
}

interface S3State {
  buckets: Record<string, { createdMs: number; objects: Record<string, StoredObject> }>
}

interface ObjectInput {
  readonly Bucket: string
  readonly Key: string
}

/** A small S3 for packages: whole objects as files in one folder, names and digests in the state file. */
export function makeS3(cloud: LocalCloud, folder: string): Service {
  const state = cloud.state.section<S3State>('s3', { buckets: {} })
  const bucketOf = (name: string) => {
    const bucket = Object.hasOwn(state.buckets, name) ? state.buckets[name] : undefined
    if (!bucket) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404)
    return bucket
  }
  const objectOf = ({ Bucket, Key }: ObjectInput) => {
    const objects = bucketOf(Bucket).objects
    const object = Object.hasOwn(objects, Key) ? objects[Key] : undefined
    if (!object) throw new AwsFault('NoSuchKey', 'The specified key does not exist.', 404)
    return object
  }
  const remove = (file: string) => rm(join(folder, file), { force: true })

  const operations: Record<string, Operation> = {
    ListBuckets: () => ({
      Buckets: Object.entries(state.buckets).map(([Name, bucket]) => ({
        Name,
        CreationDate: new Date(bucket.createdMs),
      })),
    }),
    CreateBucket: ({ Bucket }: ObjectInput) => {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(Bucket))
        throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.')
      state.buckets[Bucket] ??= { createdMs: cloud.clock.now().getTime(), objects: {} }
      cloud.state.changed()
      return {}
    },
    HeadBucket: ({ Bucket }: ObjectInput) => (bucketOf(Bucket), {}),
    DeleteBucket: ({ Bucket }: ObjectInput) => {
      if (Object.keys(bucketOf(Bucket).objects).length > 0)
        throw new AwsFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409)
      delete state.buckets[Bucket]
      cloud.state.changed()
      return {}
    },
    PutObject: async (
      input: ObjectInput & { Body: Readable; ContentType: string; Metadata: Record<string, string> },
    ) => {
      const bucket = bucketOf(input.Bucket)
      const stored = await storeBody(folder, input.Body)
      const before = Object.hasOwn(bucket.objects, input.Key) ? bucket.objects[input.Key] : undefined
      const modifiedMs = cloud.clock.now().getTime()
      bucket.objects[input.Key] = {
        ...stored,
        contentType: input.ContentType,
        modifiedMs,
        metadata: input.Metadata,
      }
      cloud.state.changed()
      if (before) await remove(before.file)
      return { ETag: stored.etag }
    },
    HeadObject: (input: ObjectInput) => headOf(objectOf(input)),
    GetObject: (input: ObjectInput & { Range?: string }) => read(folder, objectOf(input), input.Range),
    DeleteObject: async ({ Bucket, Key }: ObjectInput) => {
      const { objects } = bucketOf(Bucket)
      const object = Object.hasOwn(objects, Key) ? objects[Key] : undefined
      if (!object) return {}
      delete objects[Key]
      cloud.state.changed()
      await remove(object.file)
      return {}
    },
    ListObjectsV2: (input: ListInput) => list(input, bucketOf(input.Bucket).objects),
  }
  return { name: 's3', operations, start: async () => undefined, stop: async () => undefined }
}

async function storeBody(
  folder: string,
  body: Readable,
): Promise<Pick<StoredObject, 'file' | 'etag' | 'size'>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = randomUUID()
  const hash = createHash('md5')
  let size = 0
  const counted = new PassThrough()
  counted.on('data', (chunk: Buffer) => {
    hash.update(chunk)
    size += chunk.length
  })
  try {
    await pipeline(body, counted, createWriteStream(join(folder, `${file}.part`), { mode: 0o600 }))
  } catch (error) {
    await rm(join(folder, `${file}.part`), { force: true })
    throw error
  }
  await rename(join(folder, `${file}.part`), join(folder, file))
  return { file, etag: `"${hash.digest('hex')}"`, size }
}

const headOf = (object: StoredObject): ObjectHead => ({
  ETag: object.etag,
  ContentLength: object.size,
  ContentType: object.contentType,
  LastModified: new Date(object.modifiedMs),
  Metadata: object.metadata,
})

function read(folder: string, object: StoredObject, range: string | undefined): ObjectReply {
  const path = join(folder, object.file)
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (!match || (match[1] === '' && match[2] === ''))
    return { ...headOf(object), Body: createReadStream(path) }
  const start = match[1] === '' ? Math.max(0, object.size - Number(match[2])) : Number(match[1])
  const end =
    match[1] !== '' && match[2] !== '' ? Math.min(Number(match[2]), object.size - 1) : object.size - 1
  if (start >= object.size || end < start)
    throw new AwsFault('InvalidRange', 'The requested range is not satisfiable', 416)
  return {
    ...headOf(object),
    ContentLength: end - start + 1,
    ContentRange: `bytes ${start}-${end}/${object.size}`,
    Body: createReadStream(path, { start, end }),
  }
}

interface ListInput {
  readonly Bucket: string
  readonly Prefix: string
  readonly Delimiter?: string
  readonly MaxKeys: number
  readonly ContinuationToken?: string
  readonly StartAfter?: string
}

function list(input: ListInput, objects: Readonly<Record<string, StoredObject>>): ObjectListing {
  const token = input.ContinuationToken
  const after =
    token === undefined ? (input.StartAfter ?? '') : Buffer.from(token, 'base64url').toString('utf8')
  const keys = Object.keys(objects)
    .filter((key) => key.startsWith(input.Prefix) && key > after)
    .sort()
  const prefixes = new Set<string>()
  const contents: string[] = []
  let last = ''
  let isTruncated = false
  for (const key of keys) {
    const cut = input.Delimiter ? key.indexOf(input.Delimiter, input.Prefix.length) : -1
    const prefix = cut < 0 ? undefined : key.slice(0, cut + (input.Delimiter ?? '').length)
    if (prefix === undefined || !prefixes.has(prefix)) {
      if (contents.length + prefixes.size >= input.MaxKeys) {
        isTruncated = true
        break
      }
      if (prefix === undefined) contents.push(key)
      else prefixes.add(prefix)
    }
    last = key
  }
  return {
    Name: input.Bucket,
    Prefix: input.Prefix,
    Delimiter: input.Delimiter,
    MaxKeys: input.MaxKeys,
    KeyCount: contents.length + prefixes.size,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated ? Buffer.from(last).toString('base64url') : undefined,
    Contents: contents.flatMap((Key) => {
      const object = objects[Key]
      return object
        ? [{ Key, ETag: object.etag, Size: object.size, LastModified: new Date(object.modifiedMs) }]
        : []
    }),
    CommonPrefixes: [...prefixes],
  }
}
