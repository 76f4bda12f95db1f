import { z } from 'zod'
import { roles } from '../../../domain/access.js'
import { count, listOf, moment, text, texts } from './values.js'

const right = z
  .object({ role: z.enum(roles), application: text.nullable().describe('Null: all of them.') })
  .meta({ id: 'Right', description: 'A role, for one application or for all.' })

export const me = z.object({
  name: text,
  rights: listOf(right),
  account: text,
  region: text,
  mode: z.enum(['local', 'aws', 'endpoint']),
  pace: z.number().describe('What AWS’s delays are divided by.'),
  version: text,
  localCloud: z.boolean(),
})

export const application = z
  .object({
    name: text,
    owner: text,
    email: text.nullable(),
    port: count,
    healthPath: text,
    startCommand: text.nullable(),
    repositoryLink: text.nullish(),
    createdAt: moment,
  })
  .meta({ id: 'Application' })

const rule = z.object({
  arn: text,
  priority: text,
  summary: text,
  conditions: listOf(z.object({ field: text, values: texts })),
  sticky: z.boolean(),
  forwards: z.boolean(),
  entries: listOf(z.object({ targetGroupArn: text, weight: z.number() })),
})

export const catalog = z
  .object({
    readAt: moment,
    vpcs: listOf(z.object({ vpcId: text, cidr: text, isDefault: z.boolean(), name: text.nullable() })),
    subnets: listOf(
      z.object({ subnetId: text, zone: text, vpcId: text, freeAddresses: count, name: text.nullable() }),
    ),
    securityGroups: listOf(z.object({ groupId: text, name: text, vpcId: text })),
    instanceTypes: texts,
    loadBalancers: listOf(
      z.object({
        arn: text,
        name: text,
        type: text,
        vpcId: text,
        dnsName: text,
        zones: texts,
        listeners: listOf(
          z.object({ arn: text, port: count, protocol: text, url: text.nullable(), rules: listOf(rule) }),
        ),
      }),
    ),
  })
  .meta({ id: 'Catalog', description: 'What there is in the account to make a cluster from.' })

export const installation = z
  .object({
    ready: z.boolean(),
    databaseAwaySince: moment.nullable(),
    awsCallsPerMinute: z.record(z.string(), z.number()).readonly(),
    awsCallsThrottled: z.number(),
    leftAlone: listOf(z.object({ scope: text, why: text })).describe(
      'What is left to replicas of a newer version.',
    ),
    defaults: z.object({
      instanceType: text,
      baseImage: text,
      debBaseImage: text,
      builderInstanceType: text,
      builderInstanceProfile: text.nullable(),
      morning: text,
      timeZone: text,
      minWarmHours: z.number(),
      maxWarm: count,
    }),
    node: text,
  })
  .meta({ id: 'Installation' })
