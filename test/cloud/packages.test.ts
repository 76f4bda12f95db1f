import { mkdtempSync, rmSync, writeFileSync, type ReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { makePackageStore } from '../../server/cloud/packages.js'
import { Refusal } from '../../server/domain/refusal.js'

const s3 = mockClient(S3Client)
const credentials = { accessKeyId: 'k', secretAccessKey: 's' }
const { writers } = makeClients({ region: 'us-east-1', credentials, meter: makeMeter() })
const sha256 = 'ab'.repeat(32)
let folder = ''
let file = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'delling-packages-'))
  file = join(folder, 'shop.tgz')
  writeFileSync(file, 'package')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => s3.reset())

const refused = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, Code: name, $metadata: { httpStatusCode } })
const store = (expectedOwner?: string) =>
  makePackageStore(writers, { bucket: 'uploads', createBucket: false, expectedOwner })
const put = (expectedOwner?: string) => store(expectedOwner).put('shop.tgz', sha256, file, 7)

describe('an uploaded package', () => {
  it('goes only into a bucket of the account that is worked in', async () => {
    s3.on(PutObjectCommand).resolves({})
    expect(await put('123456789012')).toBe(`s3://uploads/packages/${sha256}/shop.tgz`)
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'uploads',
      Key: `packages/${sha256}/shop.tgz`,
      ContentLength: 7,
      ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      ExpectedBucketOwner: '123456789012',
    })
  })

  it.each([
    ['NoSuchBucket', 404, 'The S3 bucket uploads does not exist'],
    ['AccessDenied', 403, 'does not belong to this account, or Delling may not write to it'],
    ['PermanentRedirect', 301, 'lies in another region'],
    ['AuthorizationHeaderMalformed', 400, 'lies in another region'],
  ])('is refused with a sentence when S3 says %s', async (code, status, sentence) => {
    s3.on(PutObjectCommand).rejects(refused(code, status))
    const thrown = await put().catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Refusal)
    expect(thrown).toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(sentence) as string,
    })
  })

  it('that can not be read fails, and leaves nothing that ends the console later', async () => {
    s3.on(PutObjectCommand).callsFake(() => new Promise(() => {}))
    const gone = store().put('shop.tgz', sha256, join(folder, 'gone.tgz'), 7)
    await expect(gone).rejects.toThrow('ENOENT')
  })

  it('is closed when S3 wants none of it', async () => {
    s3.on(PutObjectCommand).rejects(refused('NoSuchBucket', 404))
    await expect(put()).rejects.toThrow('does not exist')
    const { Body } = s3.commandCalls(PutObjectCommand)[0]?.args[0].input ?? {}
    expect((Body as ReadStream).destroyed).toBe(true)
  })

  it('fails as it failed when that was no fault of the bucket', async () => {
    s3.on(PutObjectCommand).rejects(refused('InternalError', 500))
    await expect(put()).rejects.toThrow('InternalError')
  })
})
