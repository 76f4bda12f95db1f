import type { Call, ModifyRule } from '../domain/call.js'
import {
  addTagsRequest,
  createListenerRequest,
  createLoadBalancerRequest,
  createRuleRequest,
  deleteListenerRequest,
  deleteLoadBalancerRequest,
  deleteRuleRequest,
  removeTagsRequest,
} from './balancer-requests.js'
import { deleteSnapshotRequest } from './image-retirement.js'
import { bakeRequestFor } from './builders.js'
import { carriedRequestFor } from './carried-requests.js'
import {
  createLaunchTemplateRequest,
  createTagsRequest,
  deleteLaunchTemplateRequest,
  deleteTagsRequest,
} from './launch-template-requests.js'
import type { AwsRequest } from './request.js'
import {
  createAutoScalingGroupRequest,
  createOrUpdateTagsRequest,
  deleteAutoScalingGroupRequest,
  deleteGroupTagsRequest,
  resumeProcessesRequest,
  shrinkToZeroRequest,
  suspendProcessesRequest,
  updateSizesRequest,
} from './scaling-group-requests.js'
import {
  createTargetGroupRequest,
  deleteTargetGroupRequest,
  modifyTargetGroupAttributesRequest,
} from './target-group-requests.js'

/** Translates a call into the AWS request that it is. ModifyRule needs the rule's present actions: see modify-rule. */
export function requestFor(call: Exclude<Call, ModifyRule>): AwsRequest {
  switch (call.type) {
    case 'CreateLoadBalancer':
      return createLoadBalancerRequest(call)
    case 'CreateListener':
      return createListenerRequest(call)
    case 'CreateRule':
      return createRuleRequest(call)
    case 'DeleteRule':
      return deleteRuleRequest(call)
    case 'DeleteListener':
      return deleteListenerRequest(call)
    case 'DeleteLoadBalancer':
      return deleteLoadBalancerRequest(call)
    case 'CreateTargetGroup':
      return createTargetGroupRequest(call)
    case 'ModifyTargetGroupAttributes':
      return modifyTargetGroupAttributesRequest(call)
    case 'DeleteTargetGroup':
      return deleteTargetGroupRequest(call)
    case 'CreateLaunchTemplate':
      return createLaunchTemplateRequest(call)
    case 'DeleteLaunchTemplate':
      return deleteLaunchTemplateRequest(call)
    case 'CreateAutoScalingGroup':
      return createAutoScalingGroupRequest(call)
    case 'RaiseMinSize':
    case 'RestoreSizes':
      return updateSizesRequest(call)
    case 'ShrinkToZero':
      return shrinkToZeroRequest(call)
    case 'SuspendProcesses':
      return suspendProcessesRequest(call)
    case 'ResumeProcesses':
      return resumeProcessesRequest(call)
    case 'PutScalingPolicy':
    case 'PutMetricAlarm':
    case 'DeleteAlarms':
    case 'PutScheduledUpdateGroupAction':
    case 'PutNotificationConfiguration':
    case 'EnableMetricsCollection':
    case 'PutWarmPool':
    case 'DeleteWarmPool':
      return carriedRequestFor(call)
    case 'DeleteAutoScalingGroup':
      return deleteAutoScalingGroupRequest(call)
    case 'DeleteSnapshot':
      return deleteSnapshotRequest(call)
    case 'CreateOrUpdateTags':
      return createOrUpdateTagsRequest(call)
    case 'DeleteGroupTags':
      return deleteGroupTagsRequest(call)
    case 'AddTags':
      return addTagsRequest(call)
    case 'RemoveTags':
      return removeTagsRequest(call)
    case 'CreateTags':
      return createTagsRequest(call)
    case 'DeleteTags':
      return deleteTagsRequest(call)
    case 'RunBuilder':
    case 'TerminateBuilder':
    case 'CreateImage':
    case 'RequireImdsV2':
    case 'DeregisterImage':
      return bakeRequestFor(call)
  }
}
