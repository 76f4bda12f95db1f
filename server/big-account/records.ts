import { createHash } from 'node:crypto'
import type { Application } from '../domain/application.js'
import type { Bake, Image } from '../domain/bake.js'
import { requestedBake } from '../domain/bake-transitions.js'
import { unmadeCluster, type Cluster } from '../domain/cluster.js'
import type { Actor } from '../domain/operation.js'
import type { GeneratedCluster, GeneratedGroup } from './layout.js'

/** Whom the log names for what nobody did. */
export const generator: Actor = { name: 'generated history', via: 'job' }
/** Why, in every record of it. */
export const why = 'generated with a big account: nobody did this'

export interface RecordedPlace {
  readonly account: string
  readonly region: string
  readonly morning: string
  readonly timeZone: string
  readonly minWarmHours: number
}

export function applicationOf(name: string, createdAt: Date): Application {
  return {
    name,
    owner: `Team ${name}`,
    email: null,
    port: 8080,
    healthPath: '/',
    startCommand: null,
    createdAt,
  }
}

/** An image that is in the account, and the bake that it would have come from. */
export function imageOf(
  { application }: GeneratedCluster,
  { imageId, imageName, version, createdAt }: GeneratedGroup,
  bakeId: string,
): { readonly image: Image; readonly bake: Bake } {
  const sha256 = createHash('sha256').update(imageName).digest('hex')
  const fileName = `${application}-${version}.tgz`
  const base = { imageId: 'ami-0a1b2c3d4e5f60001', name: 'generated', alias: null, rootDeviceName: null }
  const bake: Bake = {
    ...requestedBake(
      bakeId,
      {
        application,
        version,
        package: { kind: 'tgz', fileName, address: `s3://generated/${fileName}`, sha256 },
        base: base.imageId,
        instanceType: 't3.small',
        startCommand: null,
        port: 8080,
        healthPath: '/',
        commit: sha256.slice(0, 8),
        actor: generator,
        reason: why,
      },
      createdAt,
    ),
    phase: 'baked',
    contentKey: sha256,
    imageName,
    imageId,
    baseImage: base,
    endedAt: createdAt,
  }
  const image: Image = {
    imageId,
    name: imageName,
    application,
    version,
    bakeId,
    contentKey: sha256,
    recipe: null,
    baseImageId: base.imageId,
    baseImageName: base.name,
    packageName: fileName,
    packageSha256: sha256,
    commit: sha256.slice(0, 8),
    creator: generator.name,
    bakedAt: createdAt,
    retirement: null,
    bad: null,
  }
  return { image, bake }
}

/** The cluster as it was requested, before anything of it was made. */
export function clusterOf(place: RecordedPlace, generated: GeneratedCluster, first: GeneratedGroup): Cluster {
  const { healthCheck } = first
  return {
    name: generated.name,
    application: generated.application,
    account: place.account,
    region: place.region,
    settings: {
      vpcId: generated.vpcId,
      subnets: generated.subnets,
      instanceType: first.instanceType,
      securityGroupIds: generated.securityGroupIds,
      instanceProfile: null,
      userData: '',
      environment: {},
      port: first.port,
      healthCheck: {
        path: healthCheck.path,
        intervalSec: healthCheck.intervalSeconds,
        timeoutSec: healthCheck.timeoutSeconds,
        healthyThreshold: healthCheck.healthyThreshold,
        unhealthyThreshold: healthCheck.unhealthyThreshold,
        matcher: healthCheck.matcher,
      },
      size: first.size,
      scaling: null,
      balancer: {
        loadBalancerName: generated.loadBalancerName,
        loadBalancerArn: generated.loadBalancerArn,
        listenerPort: generated.listenerPort,
        listenerArn: generated.listenerArn,
        ruleArn: null,
        conditions: [{ field: 'host-header', values: generated.hosts }],
      },
      deregistrationDelaySec: 300,
      healthCheckGraceSec: 300,
    },
    policy: {
      morning: place.morning,
      timeZone: place.timeZone,
      minWarmHours: place.minWarmHours,
      maxWarm: 3,
    },
    ...unmadeCluster,
    createdAt: first.createdAt,
  }
}
