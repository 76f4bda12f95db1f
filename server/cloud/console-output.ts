import { GetConsoleOutputCommand, type EC2Client } from '@aws-sdk/client-ec2'
import { codeOf, isUnclear, meaningOf } from './faults.js'
import { orNull } from './tolerant-reads.js'

/** The whole of an instance's console as far as AWS shows it (the last 64 KB); '' when there is none yet. */
export async function readConsole(ec2: EC2Client, instanceId: string): Promise<string> {
  const reply = await orNull(() => latestOrPosted(ec2, instanceId))
  return Buffer.from(reply?.Output ?? '', 'base64').toString('utf8')
}

/**
 * The same, or the sentence that says why AWS refuses it: a bake whose console may not be read must still come to its
 * deadline, so that its builder is terminated. A failure that can pass is thrown.
 */
export async function consoleOrRefusal(ec2: EC2Client, instanceId: string): Promise<string> {
  try {
    return await readConsole(ec2, instanceId)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (isUnclear(error) || meaningOf(codeOf(error), message) !== 'refused') throw error
    return `The console of ${instanceId} could not be read (${codeOf(error)}: ${message})\n`
  }
}

const noLatest = new Set([
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'InvalidParameterCombination',
  'InvalidParameterValue',
])

/**
 * Only newer instance types that run show their console as it is now; of the others, and of those that stopped, AWS has what
 * was posted at a boot or a stop.
 */
async function latestOrPosted(ec2: EC2Client, instanceId: string) {
  try {
    return await ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: true }))
  } catch (error) {
    if (!noLatest.has(codeOf(error))) throw error
    return ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId }))
  }
}

/** The last lines of a text, without the blank ones at its end. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
