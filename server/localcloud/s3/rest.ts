import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { AwsFault } from '../fault.js'
import type { Codec, DecodedCall, Reply } from '../protocol/codec.js'
import { decodedUpload } from './upload.js'

const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'
const escaped = (value: unknown) => String(value).replace(/[<&>"]/g, (char) => `&#${char.charCodeAt(0)};`)
const tag = (name: string, value: unknown) =>
  value === undefined ? '' : `<${name}>${escaped(value)}</${name}>`

export interface ObjectHead {
  readonly ETag: string
  readonly ContentLength: number
  readonly ContentType: string
  readonly LastModified: Date
  readonly Metadata: Readonly<Record<string, string>>
}

export interface ObjectReply extends ObjectHead {
  readonly Body: Readable
  readonly ContentRange?: string
}

export interface ObjectListing {
  readonly Name: string
  readonly Prefix: string
  readonly Delimiter?: string | undefined
  readonly MaxKeys: number
  readonly KeyCount: number
  readonly IsTruncated: boolean
  readonly NextContinuationToken?: string | undefined
  readonly Contents: readonly { Key: string; ETag: string; Size: number; LastModified: Date }[]
  readonly CommonPrefixes: readonly string[]
}

/** restXml for the few operations of S3 that packages need. Buckets are named in the path. */
export class S3Codec implements Codec {
  decode(request: IncomingMessage): DecodedCall {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const [Bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodePart)
    const Key = rest.join('/')
    const action = actionOf(request.method ?? '', Bucket, Key, url.searchParams)
    return { action, input: { Bucket, ...inputOf(action, Key, url.searchParams, request) } }
  }

  reply(action: string, output: object): Reply {
    switch (action) {
      case 'GetObject':
        return objectReply(output as ObjectReply)
      case 'HeadObject':
        return { status: 200, headers: objectHeaders(output as ObjectHead), body: '' }
      case 'PutObject':
        return { status: 200, headers: { etag: (output as { ETag: string }).ETag }, body: '' }
      case 'DeleteObject':
      case 'DeleteBucket':
        return { status: 204, headers: {}, body: '' }
      case 'HeadBucket':
      case 'CreateBucket':
        return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' }, body: '' }
      case 'ListBuckets':
        return xmlReply(bucketsXml(output as { Buckets: { Name: string; CreationDate: Date }[] }))
      default:
        return xmlReply(listingXml(output as ObjectListing))
    }
  }

  error(fault: AwsFault, requestId: string): Reply {
    const body = `${head}<Error>${tag('Code', fault.code)}${tag('Message', fault.message)}${tag('RequestId', requestId)}</Error>`
    return { status: fault.status, headers: { 'content-type': 'application/xml' }, body }
  }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new AwsFault('InvalidURI', "Couldn't parse the specified URI.")
  }
}

function actionOf(method: string, bucket: string, key: string, query: URLSearchParams): string {
  const known: Readonly<Record<string, string>> = key
    ? { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }
    : bucket
      ? { GET: 'ListObjectsV2', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }
      : { GET: 'ListBuckets' }
  const isSubresource = ['uploads', 'uploadId', 'acl', 'policy', 'tagging', 'versioning', 'location'].some(
    (name) => query.has(name),
  )
  const action = known[method]
  if (!action || isSubresource)
    throw new AwsFault(
      'NotImplemented',
      'A header or query you provided implies functionality that is not implemented.',
      501,
    )
  return action
}

function inputOf(
  action: string,
  Key: string,
  query: URLSearchParams,
  request: IncomingMessage,
): Record<string, unknown> {
  if (action === 'ListObjectsV2')
    return {
      Prefix: query.get('prefix') ?? '',
      Delimiter: query.get('delimiter') ?? undefined,
      MaxKeys: Number(query.get('max-keys') ?? 1000),
      ContinuationToken: query.get('continuation-token') ?? undefined,
      StartAfter: query.get('start-after') ?? undefined,
    }
  if (action === 'GetObject') return { Key, Range: request.headers.range }
  if (action !== 'PutObject') return { Key }
  const metadata = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)])
  return {
    Key,
    Body: decodedUpload(request),
    ContentType: request.headers['content-type'] ?? 'application/octet-stream',
    Metadata: Object.fromEntries(metadata) as object,
  }
}

function objectHeaders(object: ObjectHead): Record<string, string | number> {
  const metadata = Object.entries(object.Metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
  return {
    etag: object.ETag,
    'content-length': object.ContentLength,
    'content-type': object.ContentType,
    'last-modified': object.LastModified.toUTCString(),
    'accept-ranges': 'bytes',
    ...(Object.fromEntries(metadata) as Record<string, string>),
  }
}

function objectReply(object: ObjectReply): Reply {
  const range = object.ContentRange
  const headers = { ...objectHeaders(object), ...(range ? { 'content-range': range } : {}) }
  return { status: range ? 206 : 200, headers, body: object.Body }
}

const xmlReply = (body: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: head + body,
})

function listingXml(list: ObjectListing): string {
  const contents = list.Contents.map(
    (object) =>
      `<Contents>${tag('Key', object.Key)}${tag('LastModified', object.LastModified.toISOString())}${tag('ETag', object.ETag)}${tag('Size', object.Size)}<StorageClass>STANDARD</StorageClass></Contents>`,
  )
  const prefixes = list.CommonPrefixes.map(
    (prefix) => `<CommonPrefixes>${tag('Prefix', prefix)}</CommonPrefixes>`,
  )
  const fields = [
    tag('Name', list.Name),
    tag('Prefix', list.Prefix),
    tag('Delimiter', list.Delimiter),
    tag('MaxKeys', list.MaxKeys),
    tag('KeyCount', list.KeyCount),
    tag('IsTruncated', list.IsTruncated),
    tag('NextContinuationToken', list.NextContinuationToken),
  ]
  return `<ListBucketResult xmlns="${namespace}">${fields.join('')}${contents.join('')}${prefixes.join('')}</ListBucketResult>`
}

function bucketsXml({ Buckets }: { Buckets: { Name: string; CreationDate: Date }[] }): string {
  const each = Buckets.map(
    (bucket) =>
      `<Bucket>${tag('Name', bucket.Name)}${tag('CreationDate', bucket.CreationDate.toISOString())}</Bucket>`,
  )
  return `<ListAllMyBucketsResult xmlns="${namespace}"><Owner><ID>123456789012</ID></Owner><Buckets>${each.join('')}</Buckets></ListAllMyBucketsResult>`
}
