import * as autoScaling from '@aws-sdk/client-auto-scaling'
import * as cloudWatch from '@aws-sdk/client-cloudwatch'
import * as ec2 from '@aws-sdk/client-ec2'
import * as loadBalancing from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Ask } from './furnish.js'

interface AnyClient {
  send(command: object): Promise<object>
  destroy(): void
}

/** Operations by their names, sent by the real SDK to a local cloud. */
export function askOverWire(
  endpoint: string,
  credentials = { accessKeyId: 'test', secretAccessKey: 'test' },
): { readonly ask: Ask; close(): void } {
  const options = {
    region: 'us-east-1',
    endpoint,
    credentials,
  }
  const services: Readonly<Record<string, { readonly client: AnyClient; readonly commands: object }>> = {
    autoscaling: { client: new autoScaling.AutoScalingClient(options), commands: autoScaling },
    monitoring: { client: new cloudWatch.CloudWatchClient(options), commands: cloudWatch },
    ec2: { client: new ec2.EC2Client(options), commands: ec2 },
    elasticloadbalancing: {
      client: new loadBalancing.ElasticLoadBalancingV2Client(options),
      commands: loadBalancing,
    },
  }
  return {
    ask: async (service, action, input) => {
      const { client, commands } = services[service] ?? {}
      const Command = (commands as Record<string, new (input: object) => object>)[`${action}Command`]
      if (!client || !Command) throw new Error(`the SDK has no ${service}:${action}`)
      return client.send(new Command(input))
    },
    close: () => Object.values(services).forEach(({ client }) => client.destroy()),
  }
}
