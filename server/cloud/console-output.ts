import { GetConsoleOutputCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { codeOf } from './faults.js'
import { orNull } from './tolerant-reads.js'

/** The whole of an instance's console as far as AWS shows it (the last 64 KB); '' when there is none yet. */
export async function readConsole(ec2: EC2Client, instanceId: string): Promise<string> {
  const reply = await orNull(() => latestOrPosted(ec2, instanceId))
  return Buffer.from(reply?.Output ?? '', 'base64').toString('utf8')
}

/** Only newer instance types show their console as it is now; of the others AWS has what was posted at a boot or a stop. */
async function latestOrPosted(ec2: EC2Client, instanceId: string) {
  try {
    return await ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: true }))
  } catch (error) {
    if (codeOf(error) !== 'UnsupportedOperation') throw error
    return ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId }))
  }
}

/** The last lines of a text, without the blank ones at its end. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
