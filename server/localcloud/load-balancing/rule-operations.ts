import type {
  CreateRuleInput,
  DeleteRuleInput,
  DescribeRulesInput,
  ModifyRuleInput,
  Rule,
  SetRulePrioritiesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { markerPage } from '../page-of.js'
import { checkedActions } from './action-rules.js'
import { checkedConditions } from './conditions.js'
import { isDefaultRule, listenerOf, newId, type Parts, ruleOf } from './parts.js'
import type { ListenerRecord, RuleRecord } from './records.js'
import { tagsFrom } from './tag-operations.js'

const MAX_RULES = 100
const MAX_PRIORITY = 50_000

export function ruleOperations(parts: Parts): Record<string, Operation> {
  return {
    CreateRule: (input: CreateRuleInput) => ({ Rules: [describe(create(parts, input))] }),
    DescribeRules: (input: DescribeRulesInput) => describeAll(parts, input),
    ModifyRule: (input: ModifyRuleInput) => ({ Rules: [describe(modify(parts, input))] }),
    DeleteRule: (input: DeleteRuleInput) => {
      if (isDefaultRule(parts, input.RuleArn)) {
        throw new AwsFault('OperationNotPermitted', `Default rule '${input.RuleArn}' cannot be deleted`)
      }
      const rule = ruleOf(parts, input.RuleArn)
      delete parts.records().rules[rule.arn]
      parts.changed()
      return {}
    },
    SetRulePriorities: (input: SetRulePrioritiesInput) => ({
      Rules: setPriorities(parts, input).map(describe),
    }),
  }
}

function create(parts: Parts, input: CreateRuleInput): RuleRecord {
  const listener = listenerOf(parts, input.ListenerArn)
  const priority = checkedPriority(input.Priority)
  const conditions = checkedConditions(input.Conditions ?? [])
  const siblings = rulesOf(parts, listener)
  if (siblings.some((rule) => rule.priority === priority)) {
    throw new AwsFault('PriorityInUse', `Priority '${priority}' is currently in use`)
  }
  if (siblings.length >= MAX_RULES) {
    throw new AwsFault('TooManyRules', "You've reached the limit on the number of rules per load balancer")
  }
  const rule: RuleRecord = {
    arn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${newId()}`,
    listenerArn: listener.arn,
    priority,
    conditions,
    actions: checkedActions(input.Actions ?? [], listener.loadBalancerArn, parts.records()),
    tags: tagsFrom(input.Tags),
  }
  parts.records().rules[rule.arn] = rule
  parts.changed()
  return rule
}

function modify(parts: Parts, input: ModifyRuleInput): RuleRecord {
  if (isDefaultRule(parts, input.RuleArn)) {
    throw new AwsFault('OperationNotPermitted', `Default rule '${input.RuleArn}' cannot be modified`)
  }
  const rule = ruleOf(parts, input.RuleArn)
  if (!input.Conditions && !input.Actions)
    throw new AwsFault('ValidationError', 'Either conditions or actions must be specified')
  const loadBalancerArn = parts.records().listeners[rule.listenerArn]?.loadBalancerArn ?? ''
  const conditions = input.Conditions ? checkedConditions(input.Conditions) : rule.conditions
  const actions = input.Actions
    ? checkedActions(input.Actions, loadBalancerArn, parts.records())
    : rule.actions
  Object.assign(rule, { conditions, actions })
  parts.changed()
  return rule
}

function setPriorities(parts: Parts, input: SetRulePrioritiesInput): RuleRecord[] {
  const wanted = (input.RulePriorities ?? []).map((pair) => {
    if (isDefaultRule(parts, pair.RuleArn)) {
      throw new AwsFault('OperationNotPermitted', `Default rule '${pair.RuleArn}' cannot be modified`)
    }
    return { rule: ruleOf(parts, pair.RuleArn), priority: checkedPriority(pair.Priority) }
  })
  const twice = wanted.find(({ priority }, at) =>
    wanted.slice(0, at).some((earlier) => earlier.priority === priority),
  )
  if (twice) throw new AwsFault('ValidationError', `Priority '${twice.priority}' was provided multiple times`)
  const changing = new Set(wanted.map((change) => change.rule))
  const others = Object.values(parts.records().rules).filter((other) => !changing.has(other))
  for (const { rule, priority } of wanted) {
    const inUse = others.some(
      (other) => other.listenerArn === rule.listenerArn && other.priority === priority,
    )
    if (inUse) throw new AwsFault('PriorityInUse', `Priority '${priority}' is currently in use`)
  }
  for (const { rule, priority } of wanted) rule.priority = priority
  parts.changed()
  return wanted.map((change) => change.rule)
}

function describeAll(parts: Parts, input: DescribeRulesInput) {
  if (input.RuleArns?.length && input.ListenerArn) {
    throw new AwsFault(
      'ValidationError',
      'Listener rule ARNs and a listener ARN cannot be specified at the same time',
    )
  }
  if (input.RuleArns?.length) {
    const listeners = Object.values(parts.records().listeners)
    const Rules = input.RuleArns.map((arn) => {
      const owner = listeners.find((listener) => listener.defaultRuleArn === arn)
      return owner ? describeDefault(owner) : describe(ruleOf(parts, arn))
    })
    return { Rules }
  }
  if (!input.ListenerArn) {
    throw new AwsFault('ValidationError', 'You must specify either listener rule ARNs or a listener ARN')
  }
  const listener = listenerOf(parts, input.ListenerArn)
  const rules = rulesOf(parts, listener).sort((a, b) => a.priority - b.priority)
  const { page, next } = markerPage([...rules.map(describe), describeDefault(listener)], input)
  return { Rules: page, NextMarker: next }
}

function rulesOf(parts: Parts, listener: ListenerRecord): RuleRecord[] {
  return Object.values(parts.records().rules).filter((rule) => rule.listenerArn === listener.arn)
}

function describe(rule: RuleRecord): Rule {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: rule.conditions,
    Actions: rule.actions,
    IsDefault: false,
  }
}

function describeDefault(listener: ListenerRecord): Rule {
  return {
    RuleArn: listener.defaultRuleArn,
    Priority: 'default',
    Conditions: [],
    Actions: listener.defaultActions,
    IsDefault: true,
  }
}

function checkedPriority(priority: number | undefined): number {
  if (priority === undefined || !Number.isInteger(priority) || priority < 1 || priority > MAX_PRIORITY) {
    throw new AwsFault('ValidationError', `Rule priority '${priority}' must be between 1 and ${MAX_PRIORITY}`)
  }
  return priority
}
