import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { GetObjectCommand, PutObjectCommand, S3Client, CreateBucketCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AL2023, baseImageId, type CloudUnderTest, cloudUnderTest } from './cloud-under-test.js'

const key = { accessKeyId: 'AKIALOCALCLOUD', secretAccessKey: 'a secret of this test' }
const controlToken = 'a control token of this test'

const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=any/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`

/** The machine's own time in SigV4's form: the signature is not checked where these are sent. */
const stamp = () => new Date().toISOString().replace(/[-:]|\.\d+/g, '')

interface Raw {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, unknown>
}

function raw(
  url: string,
  headers: Record<string, string>,
  body?: string | Buffer,
  method = 'POST',
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const nameOf = async (call: Promise<unknown>) => {
  try {
    await call
    return 'done'
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return `${name} ${$metadata?.httpStatusCode ?? ''}`
  }
}

describe('the local cloud with a key', () => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await cloudUnderTest({ key, controlToken })
  })
  afterAll(async () => cloud.stop())

  it('takes every client signed with it, whatever the protocol', async () => {
    const { client } = cloud
    expect((await new STSClient(client).send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012')
    const ssm = await new SSMClient(client).send(new GetParameterCommand({ Name: AL2023 }))
    expect(ssm.Parameter?.Value).toBe(baseImageId)
    const { $metadata } = await cloud.ec2.send(new DescribeRegionsCommand({}))
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('refuses another secret, another key and an altered body', async () => {
    const wrong = (credentials: typeof key) => new EC2Client({ ...cloud.client, credentials })
    const call = new DescribeRegionsCommand({})
    expect(await nameOf(wrong({ ...key, secretAccessKey: 'x' }).send(call))).toBe('SignatureDoesNotMatch 403')
    expect(await nameOf(wrong({ ...key, accessKeyId: 'OTHER' }).send(call))).toBe('InvalidClientTokenId 403')
    const altering = new EC2Client(cloud.client)
    altering.middlewareStack.add(
      (next) => (args) => {
        const sent = args.request as { body: string }
        sent.body = sent.body.replace('DescribeRegions', 'DescribeVolumes')
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    expect(await nameOf(altering.send(call))).toBe('SignatureDoesNotMatch 403')
  })

  it('refuses what was signed more than 15 minutes ago, by its own clock and the machine’s', async () => {
    const late = new EC2Client({ ...cloud.client, systemClockOffset: -16 * 60_000 })
    expect(await nameOf(late.send(new DescribeRegionsCommand({})))).toMatch(/^RequestExpired/)
    await cloud.control('PUT', '/clock', { advanceMs: -16 * 60_000 })
    expect(await nameOf(late.send(new DescribeRegionsCommand({})))).toBe('done')
    expect(await nameOf(cloud.ec2.send(new DescribeRegionsCommand({})))).toBe('done')
    await cloud.control('PUT', '/clock', { advanceMs: 16 * 60_000 })
  })

  it('gives and takes presigned URLs, and refuses altered ones', async () => {
    const s3 = new S3Client(cloud.client)
    await s3.send(new CreateBucketCommand({ Bucket: 'packages' }))
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket: 'packages', Key: 'a b/ö+.txt' }))
    expect((await fetch(put, { method: 'PUT', body: 'content' })).status).toBe(200)
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'packages', Key: 'a b/ö+.txt' }))
    expect(await (await fetch(get)).text()).toBe('content')
    expect((await fetch(get.replace('packages', 'packagez'))).status).toBe(403)
  })

  it('refuses web pages, foreign hosts and calls without a signature, its control path included', async () => {
    const { url } = cloud.running
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = `Action=RunInstances&Version=2016-11-15&ImageId=${baseImageId}&MinCount=1&MaxCount=1`
    const control = { 'x-localcloud-control': '1', authorization: `Bearer ${controlToken}` }
    const health = `${url}/_localcloud/health`
    expect((await raw(url, { ...form, origin: 'http://evil.example' }, body)).status).toBe(403)
    expect((await raw(url, { ...form, 'sec-fetch-site': 'cross-site' }, body)).status).toBe(403)
    expect((await raw(url, { ...form, host: 'evil.example' }, body)).status).toBe(403)
    const unsigned = await raw(url, form, body)
    expect([unsigned.status, unsigned.body.includes('MissingAuthenticationToken')]).toEqual([403, true])
    expect((await raw(health, control, undefined, 'GET')).status).toBe(200)
    expect((await raw(health, { ...control, origin: url }, undefined, 'GET')).status).toBe(403)
    expect((await raw(health, { ...control, host: 'evil.example:80' }, undefined, 'GET')).status).toBe(403)
    expect((await raw(health, { 'x-localcloud-control': '1' }, undefined, 'GET')).status).toBe(403)
    expect((await raw(health, { authorization: control.authorization }, undefined, 'GET')).status).toBe(403)
    const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({}))
    expect(Reservations).toEqual([])
  })
})

describe('the local cloud without a key', () => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await cloudUnderTest()
  })
  afterAll(async () => cloud.stop())

  it('answers an unknown action as each protocol does', async () => {
    const { url } = cloud.running
    const query = { authorization: scope('ec2'), 'x-amz-date': stamp() }
    const ec2 = await raw(url, query, 'Action=DescribeSpotPriceHistory&Version=2016-11-15')
    expect([ec2.status, ec2.body]).toEqual([400, expect.stringContaining('<Code>InvalidAction</Code>')])
    const sts = await raw(
      url,
      { ...query, authorization: scope('sts') },
      'Action=Nonsense&Version=2011-06-15',
    )
    expect([sts.status, sts.body]).toEqual([
      400,
      expect.stringContaining('<Type>Sender</Type><Code>InvalidAction</Code>'),
    ])
    const json = {
      ...query,
      authorization: scope('monitoring'),
      'x-amz-target': 'GraniteServiceVersion20100801.Nonsense',
    }
    const monitoring = await raw(url, json, '{}')
    expect(monitoring.status).toBe(400)
    expect(JSON.parse(monitoring.body)).toMatchObject({
      __type: 'com.amazonaws.cloudwatch#UnknownOperationException',
    })
    expect(monitoring.headers['x-amzn-query-error']).toBe('UnknownOperationException;Sender')
    expect(monitoring.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('names a missing parameter as the service does', async () => {
    const ec2 = new EC2Client(cloud.client)
    expect(await nameOf(ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 })))).toBe(
      'MissingParameter 400',
    )
    const { url } = cloud.running
    const headers = { authorization: scope('ec2'), 'x-amz-date': stamp() }
    const missing = await raw(url, headers, `Action=RunInstances&ImageId=${baseImageId}`)
    expect(missing.body).toContain('The request must contain the parameter MaxCount')
  })

  it('unpacks gzip bodies and answers Query to CloudWatch clients that speak it', async () => {
    const headers = { authorization: scope('monitoring'), 'x-amz-date': stamp(), 'content-encoding': 'gzip' }
    const reply = await raw(cloud.running.url, headers, gzipSync('Action=DescribeAlarms&Version=2010-08-01'))
    expect([reply.status, reply.body]).toEqual([200, expect.stringContaining('<DescribeAlarmsResult>')])
  })

  it('cuts, loses, delays and fails exactly the calls that were planned', async () => {
    const { ec2 } = cloud
    const fault = (body: object) => cloud.control('POST', '/faults', body)
    const regions = () => nameOf(ec2.send(new DescribeRegionsCommand({})))
    await fault({
      action: 'DescribeRegions',
      kind: 'error',
      code: 'RequestLimitExceeded',
      status: 503,
      times: 2,
    })
    expect([await regions(), await regions(), await regions()]).toEqual([
      'RequestLimitExceeded 503',
      'RequestLimitExceeded 503',
      'done',
    ])
    await fault({ action: '*', service: 'ec2', kind: 'reset-before' })
    expect(await regions()).toMatch(/ECONNRESET|Error|TimeoutError/)
    await fault({ action: 'RunInstances', kind: 'lost-answer' })
    const input = { ImageId: baseImageId, MinCount: 1, MaxCount: 1, ClientToken: 'lost' }
    expect(await nameOf(ec2.send(new RunInstancesCommand(input)))).not.toBe('done')
    const { Instances } = await ec2.send(new RunInstancesCommand(input))
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}))
    expect(Reservations?.flatMap((each) => each.Instances?.map(({ InstanceId }) => InstanceId))).toEqual([
      Instances?.[0]?.InstanceId,
    ])
    const { calls } = (await cloud.control('GET', '/calls')) as {
      calls: { action: string; error?: string }[]
    }
    expect(calls.map(({ action }) => action)).toEqual(['RunInstances', 'RunInstances', 'RunInstances'])
  })

  it('lets planned faults and throttling befall a dry run, and writes it down as a call that was not applied', async () => {
    const { ec2 } = cloud
    const tag = { Resources: [baseImageId], Tags: [{ Key: 'a', Value: 'b' }], DryRun: true }
    const dry = () => nameOf(ec2.send(new CreateTagsCommand(tag)))
    await cloud.control('DELETE', '/calls')
    await cloud.control('POST', '/faults', {
      action: 'CreateTags',
      kind: 'error',
      code: 'UnauthorizedOperation',
      status: 403,
    })
    expect([await dry(), await dry()]).toEqual(['UnauthorizedOperation 403', 'DryRunOperation 412'])
    const { calls } = (await cloud.control('GET', '/calls')) as {
      calls: { action: string; error?: string }[]
    }
    expect(calls.map(({ action, error }) => [action, error])).toEqual([
      ['CreateTags', 'UnauthorizedOperation'],
      ['CreateTags', 'DryRunOperation'],
    ])
    await cloud.control('PUT', '/knobs', { throttle: { perSecond: 0.001, burst: 1 } })
    expect([await dry(), await dry()]).toEqual(['DryRunOperation 412', 'RequestLimitExceeded 503'])
    await cloud.control('PUT', '/knobs', { throttle: null })
  })

  it('throttles when told to and forgets everything on a reset', async () => {
    const { ec2 } = cloud
    await cloud.control('PUT', '/knobs', { throttle: { perSecond: 0.001, burst: 1 } })
    const call = () => nameOf(ec2.send(new DescribeRegionsCommand({})))
    expect([await call(), await call()]).toEqual(['done', 'RequestLimitExceeded 503'])
    await cloud.control('POST', '/reset')
    expect(await call()).toBe('done')
    expect(await call()).toBe('done')
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([])
    expect(await cloud.control('GET', '/knobs')).toMatchObject({ throttle: null })
  })

  it('keeps what was uploaded, byte for byte, and gives ranges of it', async () => {
    const s3 = new S3Client(cloud.client)
    await s3.send(new CreateBucketCommand({ Bucket: 'bytes' }))
    const body = Buffer.alloc(3_000_000, 'some bytes ')
    await s3.send(new PutObjectCommand({ Bucket: 'bytes', Key: 'big', Body: body, Metadata: { a: 'b' } }))
    const whole = await s3.send(new GetObjectCommand({ Bucket: 'bytes', Key: 'big' }))
    const bytes = await whole.Body?.transformToByteArray()
    const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
    expect(digest(bytes ?? Buffer.alloc(0))).toBe(digest(body))
    expect(whole.Metadata).toEqual({ a: 'b' })
    const part = await s3.send(new GetObjectCommand({ Bucket: 'bytes', Key: 'big', Range: 'bytes=5-9' }))
    expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['bytes', 'bytes 5-9/3000000'])
    expect(await nameOf(s3.send(new GetObjectCommand({ Bucket: 'bytes', Key: 'none' })))).toBe(
      'NoSuchKey 404',
    )
  })
})
