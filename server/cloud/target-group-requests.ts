import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { CreateTargetGroup, DeleteTargetGroup, ModifyTargetGroupAttributes } from '../domain/call.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function createTargetGroupRequest(call: CreateTargetGroup): AwsRequest {
  const check = call.healthCheck
  return awsRequest(
    'elb',
    new CreateTargetGroupCommand({
      Name: call.name,
      Protocol: 'HTTP',
      ProtocolVersion: 'HTTP1',
      Port: call.port,
      VpcId: call.vpcId,
      TargetType: 'instance',
      HealthCheckEnabled: true,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: 'traffic-port',
      HealthCheckPath: check.path,
      HealthCheckIntervalSeconds: check.intervalSec,
      HealthCheckTimeoutSeconds: check.timeoutSec,
      HealthyThresholdCount: check.healthyThreshold,
      UnhealthyThresholdCount: check.unhealthyThreshold,
      Matcher: { HttpCode: check.matcher },
      Tags: keyedTags(call.tags),
    }),
    (reply) => ({ TargetGroupArn: reply.TargetGroups?.[0]?.TargetGroupArn }),
  )
}

export function modifyTargetGroupAttributesRequest(call: ModifyTargetGroupAttributes): AwsRequest {
  return awsRequest(
    'elb',
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: call.targetGroupArn,
      Attributes: keyedTags(call.attributes),
    }),
  )
}

export function deleteTargetGroupRequest(call: DeleteTargetGroup): AwsRequest {
  return awsRequest('elb', new DeleteTargetGroupCommand({ TargetGroupArn: call.targetGroupArn }))
}
