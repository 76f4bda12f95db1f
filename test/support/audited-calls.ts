import type { EngineStack } from './engine-stack.js'

/** A change that the local cloud was asked for, as its audit keeps it. */
export interface AuditedCall {
  readonly requestId: string
  readonly action: string
  readonly error?: string
  readonly input: Readonly<Record<string, unknown>>
}

/** The changes that the local cloud applied, in order. */
export async function appliedCalls({ control }: Pick<EngineStack, 'control'>): Promise<AuditedCall[]> {
  return ((await control('GET', '/calls')) as { calls: AuditedCall[] }).calls.filter((call) => !call.error)
}

/** Those that gave a target group all of a rule's traffic. */
export function switchesTo(calls: readonly AuditedCall[], targetGroupArn: string): AuditedCall[] {
  return calls.filter(
    (call) =>
      call.action === 'ModifyRule' &&
      JSON.stringify(call.input).includes(`"TargetGroupArn":"${targetGroupArn}","Weight":100`),
  )
}

/** What was made more than once, by the operation and all it was asked with. */
export function madeTwice(calls: readonly AuditedCall[]): string[] {
  const made = calls
    .filter((call) => call.action.startsWith('Create'))
    .map((call) => `${call.action} ${JSON.stringify(call.input)}`)
  return made.filter((each, index) => made.indexOf(each) !== index)
}
