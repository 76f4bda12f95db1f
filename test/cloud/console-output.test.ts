import { EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeClients } from '../../server/cloud/clients.js'
import { consoleOrRefusal, readConsole } from '../../server/cloud/console-output.js'
import { makeMeter } from '../../server/cloud/meter.js'

const ec2 = mockClient(EC2Client)
const credentials = { accessKeyId: 'k', secretAccessKey: 's' }
const client = makeClients({ region: 'us-east-1', credentials, meter: makeMeter() }).readers.ec2
const refused = (code: string) =>
  Object.assign(new Error(code), { name: code, Code: code, $metadata: { httpStatusCode: 400 } })
const base64 = (text: string) => Buffer.from(text).toString('base64')

beforeEach(() => ec2.reset())

describe('the console of an instance', () => {
  it('is the present one where EC2 has it', async () => {
    ec2.on(GetConsoleOutputCommand, { InstanceId: 'i-1', Latest: true }).resolves({ Output: base64('now ü') })
    expect(await readConsole(client, 'i-1')).toBe('now ü')
  })

  it.each(['UnsupportedOperation', 'IncorrectInstanceState', 'InvalidParameterCombination'])(
    'is what was posted last where EC2 refuses the present one with %s',
    async (code) => {
      ec2
        .on(GetConsoleOutputCommand)
        .resolves({ Output: base64('posted') })
        .on(GetConsoleOutputCommand, { Latest: true })
        .rejects(refused(code))
      expect(await readConsole(client, 'i-1')).toBe('posted')
    },
  )

  it('is empty before anything was posted, and for an instance that is gone', async () => {
    ec2.on(GetConsoleOutputCommand).resolvesOnce({}).rejects(refused('InvalidInstanceID.NotFound'))
    expect(await readConsole(client, 'i-1')).toBe('')
    expect(await readConsole(client, 'i-1')).toBe('')
  })

  it('is not empty because of a missing permission: that is thrown', async () => {
    ec2.on(GetConsoleOutputCommand).rejects(refused('UnauthorizedOperation'))
    await expect(readConsole(client, 'i-1')).rejects.toThrow('UnauthorizedOperation')
  })
})

describe('the console of a builder', () => {
  it('says why it is not to be had, so that the bake still ends and its builder with it', async () => {
    ec2.on(GetConsoleOutputCommand).rejects(refused('UnauthorizedOperation'))
    expect(await consoleOrRefusal(client, 'i-1')).toContain('i-1 could not be read (UnauthorizedOperation')
  })

  it.each(['RequestLimitExceeded', 'ExpiredToken'])('is asked for again after %s', async (code) => {
    ec2.on(GetConsoleOutputCommand).rejects(refused(code))
    await expect(consoleOrRefusal(client, 'i-1')).rejects.toThrow(code)
  })
})
