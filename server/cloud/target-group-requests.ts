import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { CreateTargetGroup, DeleteTargetGroup, ModifyTargetGroupAttributes } from '../domain/call.js'
import { fieldsOf } from '../domain/fields.js'
import { sdkFields } from './plain-fields.js'
import { awsRequest, type AwsRequest } from './request.js'
import { keyedTags } from './tags.js'

export function createTargetGroupRequest(call: CreateTargetGroup): AwsRequest {
  const check = call.healthCheck
  const { Matcher, ...carried } = call.carried ?? {}
  const grpc = fieldsOf(Matcher).GrpcCode
  return awsRequest(
    'elb',
    new CreateTargetGroupCommand({
      Protocol: 'HTTP',
      ProtocolVersion: 'HTTP1',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: 'traffic-port',
      ...sdkFields(carried),
      Name: call.name,
      Port: call.port,
      VpcId: call.vpcId,
      TargetType: 'instance',
      HealthCheckEnabled: true,
      HealthCheckPath: check.path,
      HealthCheckIntervalSeconds: check.intervalSec,
      HealthCheckTimeoutSeconds: check.timeoutSec,
      HealthyThresholdCount: check.healthyThreshold,
      UnhealthyThresholdCount: check.unhealthyThreshold,
      Matcher: typeof grpc === 'string' ? { GrpcCode: grpc } : { HttpCode: check.matcher },
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
