import { createHash } from 'node:crypto'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { type Filter, filtered } from './filters.js'
import { newId } from './ids.js'
import type { KeyPairRecord, TagSpecification } from './records.js'
import { specifiedTags } from './tags.js'

/** Names only: nobody logs in to an instance here. */
export function keyPairOperations(core: Ec2Core): Record<string, Operation> {
  const { state, cloud } = core
  const add = (name: string): KeyPairRecord => {
    if (name.length > 255)
      throw new AwsFault(
        'InvalidParameterValue',
        `Value (${name}) for parameter KeyName is invalid. It can be up to 255 characters.`,
      )
    if (Object.values(state.keyPairs).some((each) => each.name === name))
      throw new AwsFault('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`)
    const pair = { keyPairId: newId('key'), name, createdAt: core.now() }
    state.keyPairs[pair.keyPairId] = pair
    cloud.state.changed()
    return pair
  }
  const fingerprint = (pair: KeyPairRecord) =>
    createHash('sha1')
      .update(pair.keyPairId)
      .digest('hex')
      .replace(/(..)(?=.)/g, '$1:')
  const describe = (pair: KeyPairRecord) => ({
    KeyPairId: pair.keyPairId,
    KeyName: pair.name,
    KeyType: 'rsa',
    CreateTime: new Date(pair.createdAt),
    KeyFingerprint: fingerprint(pair),
    Tags: core.tags.list(pair.keyPairId),
  })
  return {
    ImportKeyPair: (input: { KeyName: string; TagSpecifications?: TagSpecification[] }) => {
      const pairs = specifiedTags(input.TagSpecifications, 'key-pair', ['key-pair'])
      const pair = add(input.KeyName)
      core.tags.set(pair.keyPairId, pairs)
      return describe(pair)
    },
    DeleteKeyPair: ({ KeyName, KeyPairId }: { KeyName?: string; KeyPairId?: string }) => {
      const pair = Object.values(state.keyPairs).find(
        (each) => each.name === KeyName || each.keyPairId === KeyPairId,
      )
      if (pair) delete state.keyPairs[pair.keyPairId]
      cloud.state.changed()
      return { Return: true, KeyPairId: pair?.keyPairId ?? newId('key') }
    },
    DescribeKeyPairs: (input: { KeyNames?: string[]; KeyPairIds?: string[]; Filters?: Filter[] }) => {
      const noId = input.KeyPairIds?.find((id) => !Object.hasOwn(state.keyPairs, id))
      if (noId !== undefined)
        throw new AwsFault('InvalidKeyPair.NotFound', `The key pair ID '${noId}' does not exist`)
      const missing = input.KeyNames?.find(
        (name) => !Object.values(state.keyPairs).some((each) => each.name === name),
      )
      if (missing !== undefined)
        throw new AwsFault('InvalidKeyPair.NotFound', `The key pair '${missing}' does not exist`)
      const asked = Object.values(state.keyPairs).filter(
        (each) =>
          (input.KeyNames?.includes(each.name) ?? true) &&
          (input.KeyPairIds?.includes(each.keyPairId) ?? true),
      )
      const fields = {
        'key-name': (each: KeyPairRecord) => each.name,
        'key-pair-id': (each: KeyPairRecord) => each.keyPairId,
      }
      return {
        KeyPairs: filtered(asked, input.Filters, fields, (each) => core.tags.of(each.keyPairId)).map(
          describe,
        ),
      }
    },
  }
}
