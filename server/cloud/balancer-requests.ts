import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  ModifyRuleCommand,
  RemoveTagsCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  AddTags,
  CreateListener,
  CreateLoadBalancer,
  CreateRule,
  DeleteListener,
  DeleteLoadBalancer,
  DeleteRule,
  ModifyRule,
  RemoveTags,
} from '../domain/call.js'
import { awsRequest, type AwsRequest } from './request.js'
import { actionsWith, forwardAction, sdkCondition } from './rule-actions.js'
import { keyedTags } from './tags.js'

export function createLoadBalancerRequest(call: CreateLoadBalancer): AwsRequest {
  return awsRequest(
    'elb',
    new CreateLoadBalancerCommand({
      Name: call.name,
      Type: 'application',
      Scheme: 'internet-facing',
      IpAddressType: 'ipv4',
      Subnets: [...call.subnetIds],
      ...(call.securityGroupIds.length > 0 && { SecurityGroups: [...call.securityGroupIds] }),
      Tags: keyedTags(call.tags),
    }),
    (reply) => ({
      LoadBalancerArn: reply.LoadBalancers?.[0]?.LoadBalancerArn,
      DNSName: reply.LoadBalancers?.[0]?.DNSName,
    }),
  )
}

/** What a listener and a rule without target groups answer. */
const nobodyYet: Action = {
  Type: 'fixed-response',
  Order: 1,
  FixedResponseConfig: {
    StatusCode: '503',
    ContentType: 'text/plain',
    MessageBody: 'Nothing is deployed at this address yet.',
  },
}

export function createListenerRequest(call: CreateListener): AwsRequest {
  return awsRequest(
    'elb',
    new CreateListenerCommand({
      LoadBalancerArn: call.loadBalancerArn,
      Protocol: 'HTTP',
      Port: call.port,
      DefaultActions: [nobodyYet],
      Tags: keyedTags(call.tags),
    }),
    (reply) => ({ ListenerArn: reply.Listeners?.[0]?.ListenerArn }),
  )
}

export function createRuleRequest(call: CreateRule): AwsRequest {
  return awsRequest(
    'elb',
    new CreateRuleCommand({
      ListenerArn: call.listenerArn,
      Priority: call.priority,
      Conditions: call.conditions.map(sdkCondition),
      Actions: [call.entries.length > 0 ? forwardAction(call.entries, 1) : nobodyYet],
      Tags: keyedTags(call.tags),
    }),
    (reply) => ({ RuleArn: reply.Rules?.[0]?.RuleArn }),
  )
}

export function deleteRuleRequest(call: DeleteRule): AwsRequest {
  return awsRequest('elb', new DeleteRuleCommand({ RuleArn: call.ruleArn }))
}

export function deleteListenerRequest(call: DeleteListener): AwsRequest {
  return awsRequest('elb', new DeleteListenerCommand({ ListenerArn: call.listenerArn }))
}

export function deleteLoadBalancerRequest(call: DeleteLoadBalancer): AwsRequest {
  return awsRequest('elb', new DeleteLoadBalancerCommand({ LoadBalancerArn: call.loadBalancerArn }))
}

/** `current` are the rule's actions as just read: AWS replaces the whole list, so what is not ours is written back. */
export function modifyRuleRequest(call: ModifyRule, current: readonly Action[]): AwsRequest {
  return awsRequest(
    'elb',
    new ModifyRuleCommand({
      RuleArn: call.ruleArn,
      Actions: actionsWith(current, call.entries),
      ...(call.conditions && { Conditions: call.conditions.map(sdkCondition) }),
    }),
  )
}

export function addTagsRequest({ arn, tags }: AddTags): AwsRequest {
  return awsRequest('elb', new AddTagsCommand({ ResourceArns: [arn], Tags: keyedTags(tags) }))
}

export function removeTagsRequest({ arn, keys }: RemoveTags): AwsRequest {
  return awsRequest('elb', new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [...keys] }))
}
