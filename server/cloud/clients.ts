import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { S3Client } from '@aws-sdk/client-s3'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { meterClient, type Meter } from './meter.js'

/** The AWS services we speak to, one SDK client each. */
export interface ServiceClients {
  readonly ec2: EC2Client
  readonly autoScaling: AutoScalingClient
  readonly elb: ElasticLoadBalancingV2Client
  readonly cloudwatch: CloudWatchClient
  readonly sts: STSClient
  readonly ssm: SSMClient
  readonly s3: S3Client
}

/**
 * Readers repeat a failed request by themselves. Writers send once: repeating a change is the engine's decision, made
 * after it has looked again.
 */
export interface Clients {
  readonly readers: ServiceClients
  readonly writers: ServiceClients
  /** Closes every connection. */
  close(): void
}

interface ClientSettings {
  readonly region: string
  /** Where every service answers; undefined: AWS itself. Given, it wins over every AWS_ENDPOINT_URL and profile. */
  readonly endpoint?: string | undefined
  /** Given, they win over the environment and every profile; undefined: the SDK's own chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  readonly meter: Meter
  readonly requestTimeoutMs?: number | undefined
}

const readAttempts = 4
const connectionTimeoutMs = 3000
const defaultRequestTimeoutMs = 15_000
/** How long a transfer to or from S3 may stand still; as long as bytes move it may take any time. */
const defaultIdleTimeoutMs = 60_000

type Role = 'reader' | 'writer'

/** Makes both sets; each client is constructed when it is first used. */
export function makeClients(settings: ClientSettings): Clients {
  // The SDK announces its Node version of 2027 once per process; nobody who runs this can do anything about it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const open: { destroy(): void }[] = []
  return {
    readers: lazyClients(settings, 'reader', open),
    writers: lazyClients(settings, 'writer', open),
    close: () => open.splice(0).forEach((client) => client.destroy()),
  }
}

function lazyClients(settings: ClientSettings, role: Role, open: { destroy(): void }[]): ServiceClients {
  const config = clientConfig(settings, role)
  const lazily = <C extends Parameters<typeof meterClient>[0] & { destroy(): void }>(
    make: () => C,
  ): (() => C) => {
    let made: C | null = null
    return () => {
      if (made) return made
      made = make()
      meterClient(made, settings.meter)
      open.push(made)
      return made
    }
  }
  const ec2 = lazily(() => new EC2Client(config))
  const autoScaling = lazily(() => new AutoScalingClient(config))
  const elb = lazily(() => new ElasticLoadBalancingV2Client(config))
  const cloudwatch = lazily(() => new CloudWatchClient(config))
  const sts = lazily(() => new STSClient(config))
  const ssm = lazily(() => new SSMClient(config))
  const s3 = lazily(() => new S3Client({ ...config, ...s3Variant(settings, role) }))
  return {
    get ec2() {
      return ec2()
    },
    get autoScaling() {
      return autoScaling()
    },
    get elb() {
      return elb()
    },
    get cloudwatch() {
      return cloudwatch()
    },
    get sts() {
      return sts()
    },
    get ssm() {
      return ssm()
    },
    get s3() {
      return s3()
    },
  }
}

function clientConfig({ region, endpoint, credentials, requestTimeoutMs }: ClientSettings, role: Role) {
  return {
    region,
    retryMode: 'standard',
    maxAttempts: role === 'reader' ? readAttempts : 1,
    requestHandler: {
      requestTimeout: requestTimeoutMs ?? defaultRequestTimeoutMs,
      throwOnRequestTimeout: true,
      ...connections(role),
    },
    // Environment and profiles may ask for variants of AWS's own addresses; beside a given endpoint they are errors.
    ...(endpoint && { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
    // A copy: the SDK writes into the object, and the configuration's is frozen.
    ...(credentials && { credentials: { ...credentials } }),
  }
}

function connections(role: Role) {
  return {
    connectionTimeout: connectionTimeoutMs,
    // A kept connection that the other side has just closed would leave a change unanswered for no reason.
    ...(role === 'writer' && { httpAgent: { keepAlive: false }, httpsAgent: { keepAlive: false } }),
  }
}

/**
 * A package of a gigabyte takes minutes to send, and a request's time counts from its first byte: S3 gets a limit of
 * standstill instead. Elsewhere than at AWS a bucket is no host name, and the newer checksums are not understood by all.
 */
function s3Variant({ endpoint, requestTimeoutMs }: ClientSettings, role: Role) {
  return {
    requestHandler: { socketTimeout: requestTimeoutMs ?? defaultIdleTimeoutMs, ...connections(role) },
    ...(endpoint && { forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' as const }),
  }
}
