import { createHash } from 'node:crypto'
import { AwsFault } from '../fault.js'
import type { TokenRecord } from './records.js'

const ordered = (_key: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** AWS forgets tokens after a day or so; here the oldest go when there are many. */
const KEPT = 5000

/** EC2's idempotency: the same token and parameters give the same resources, other parameters are refused. */
export class ClientTokens {
  constructor(private readonly records: Record<string, TokenRecord>) {}

  /** The ids that an earlier call with this token made, or undefined for a first call. */
  earlier(operation: string, token: string | undefined, input: object): readonly string[] | undefined {
    if (!token) return undefined
    if (token.length > 64)
      throw new AwsFault('InvalidParameterValue', 'Client token is longer than 64 characters.')
    const record = this.records[`${operation} ${token}`]
    if (record && record.digest !== digestOf(input))
      throw new AwsFault(
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      )
    return record?.ids
  }

  remember(operation: string, token: string | undefined, input: object, ids: readonly string[]): void {
    if (!token) return
    this.records[`${operation} ${token}`] = { digest: digestOf(input), ids }
    const names = Object.keys(this.records)
    for (const name of names.slice(0, Math.max(0, names.length - KEPT))) delete this.records[name]
  }
}

const digestOf = (input: object): string =>
  createHash('sha256')
    .update(JSON.stringify({ ...input, ClientToken: undefined }, ordered))
    .digest('hex')
