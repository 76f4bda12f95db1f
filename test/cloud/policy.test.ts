import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builderTags } from '../../server/domain/bake-naming.js'
import type { Bake } from '../../server/domain/bake.js'
import { managedTag, ownTags } from '../../server/domain/tags.js'

interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

interface Policy {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

const checkout = join(import.meta.dirname, '../..')
const aws = readFileSync(join(checkout, 'docs/aws.md'), 'utf8')
const baking = readFileSync(join(checkout, 'docs/baking.md'), 'utf8')

/** The JSON blocks of a document, by the heading that they stand under. */
function policiesOf(markdown: string): ReadonlyMap<string, Policy> {
  const sections = markdown.split(/^#+ /m).map((section) => {
    const json = /^```json\n([\s\S]*?)^```/m.exec(section)?.[1]
    return [section.split('\n')[0] ?? '', json] as const
  })
  return new Map(
    sections.flatMap(([heading, json]) => (json ? [[heading, JSON.parse(json) as Policy] as const] : [])),
  )
}

const policies = policiesOf(aws)
const consoleStatements = ['delling-read', 'delling-bake', 'delling-deploy', 'delling-adopt'].flatMap(
  (name) => policies.get(name)?.Statement ?? [],
)
const listOf = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value)
const allowed = new Set(
  consoleStatements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => listOf(Action)),
)

/** What IAM calls the service of an SDK package. */
const prefixes: Readonly<Record<string, string>> = {
  'client-auto-scaling': 'autoscaling',
  'client-cloudwatch': 'cloudwatch',
  'client-ec2': 'ec2',
  'client-elastic-load-balancing-v2': 'elasticloadbalancing',
  'client-s3': 's3',
  'client-ssm': 'ssm',
  'client-sts': 'sts',
}

/** Every operation that the adapters import from the SDK, as IAM spells it. */
function calledOperations(): ReadonlySet<string> {
  const folder = join(checkout, 'server/cloud')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const imports = sources.flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(
      /import (?!type)\{([^}]*)\} from '@aws-sdk\/(client-[^']+)'/g,
    ),
  ])
  return new Set(
    imports.flatMap(([, names = '', client = '']) => {
      const prefix = prefixes[client]
      if (!prefix) throw new Error(`${client} is imported, and no prefix of IAM is known for it`)
      const operations = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => !name.startsWith('type '))
        .flatMap((name) => /^(?:paginate(\w+)|(\w+)Command)$/.exec(name)?.slice(1).filter(Boolean) ?? [])
      return operations.map((operation) => `${prefix}:${operation}`)
    }),
  )
}

/** Called, and not to be allowed. */
const notNeeded: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': 'AWS answers everybody',
  's3:HeadBucket': 'asked only where a missing bucket is made, which is not on AWS',
  's3:CreateBucket': 'sent only where a missing bucket is made, which is not on AWS',
}

/** Never called, and checked by AWS in the course of what is called. */
const companions: Readonly<Record<string, string>> = {
  'ec2:DescribeAccountAttributes': 'CreateLoadBalancer',
  'ec2:DescribeAddresses': 'CreateLoadBalancer',
  'ec2:DescribeInternetGateways': 'CreateLoadBalancer',
  'ec2:GetSecurityGroupsForVpc': 'CreateLoadBalancer',
  'cloudwatch:TagResource': 'tags in PutMetricAlarm',
  'ssm:GetParameters': 'ResolveAlias in DescribeLaunchTemplateVersions',
  'iam:PassRole': 'instance profiles in RunInstances and launch templates',
  'iam:CreateServiceLinkedRole': 'the first group and the first load balancer of an account',
}

describe('the policies of docs/aws.md', () => {
  const called = calledOperations()

  it('are the three of the console, that of an adoption and that of the builder', () => {
    expect([...policies.keys()]).toEqual([
      'delling-read',
      'delling-bake',
      'delling-deploy',
      'delling-adopt',
      'delling-builder',
    ])
    expect(called.size).toBeGreaterThan(40)
  })

  it('allow every call that the adapters make', () => {
    const missing = [...called].filter((operation) => !allowed.has(operation) && !notNeeded[operation])
    expect(missing).toEqual([])
  })

  it('allow nothing that is neither called nor checked in the course of a call', () => {
    const idle = [...allowed].filter((action) => !called.has(action) && !companions[action])
    expect(idle).toEqual([])
  })

  it('name no exception that is none any more', () => {
    expect(Object.keys(notNeeded).filter((operation) => !called.has(operation))).toEqual([])
    expect(Object.keys(companions).filter((action) => !allowed.has(action) || called.has(action))).toEqual([])
  })

  it('let nothing be changed that is not named or marked', () => {
    const reading = /:(Describe|Get|List)/
    const free = consoleStatements
      .filter(({ Effect, Action }) => Effect === 'Allow' && !listOf(Action).every((one) => reading.test(one)))
      .filter(({ Condition }) => !Condition)
      .map(({ Sid }) => Sid)
    // Where a launch starts from, what an image becomes, one folder of one bucket: none of them can carry our mark.
    expect(free).toEqual(['LaunchFrom', 'ImagesOfBuilders', 'Packages'])
    const everything = consoleStatements.filter(
      ({ Effect, Resource, Action }) =>
        Effect === 'Allow' &&
        listOf(Resource).includes('*') &&
        !listOf(Action).every((one) => reading.test(one)),
    )
    expect(everything).toEqual([])
  })

  it('ask for tags that the code writes', () => {
    const bake = { id: 'b', attempt: 1, request: { application: 'shop', version: '1' } } as unknown as Bake
    const written = new Set([
      ...Object.keys(ownTags('o', 'shop', 'shop-main', 'op')),
      ...Object.keys(managedTag),
      ...Object.keys(builderTags(bake, 'o', new Date(0))),
    ])
    const conditions = consoleStatements.flatMap(({ Condition }) => Object.values(Condition ?? {}))
    const keys = conditions.flatMap((condition) => Object.keys(condition))
    const asked = keys.flatMap((key) => /^aws:(?:Request|Resource)Tag\/(.+)$/.exec(key)?.[1] ?? [])
    expect(new Set(asked).size).toBe(3)
    expect(asked.filter((tag) => !written.has(tag))).toEqual([])
  })

  it('each fit into a managed policy, of which AWS counts 6,144 characters without blanks', () => {
    for (const policy of policies.values())
      expect(JSON.stringify(policy).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6144)
  })

  it('say the same of the builder as docs/baking.md', () => {
    expect([...policiesOf(baking).values()]).toEqual([policies.get('delling-builder')])
  })
})
