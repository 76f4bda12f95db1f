import type {
  CreateListenerInput,
  DeleteListenerInput,
  DescribeListenerAttributesInput,
  DescribeListenersInput,
  Listener,
  ModifyListenerAttributesInput,
  ModifyListenerInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { isDeepStrictEqual } from 'node:util'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { markerPage } from '../page-of.js'
import { sslPolicies } from './account-operations.js'
import { checkedActions } from './action-rules.js'
import { attributeList, defaultAttributes, withAttributes } from './attributes.js'
import { arnOf, listenerOf, loadBalancerOf, newId, type Parts } from './parts.js'
import type { ListenerRecord, LoadBalancerRecord } from './records.js'
import { tagsFrom } from './tag-operations.js'

const MAX_LISTENERS = 50

export function listenerOperations(parts: Parts): Record<string, Operation> {
  return {
    CreateListener: (input: CreateListenerInput) => create(parts, input),
    DescribeListeners: (input: DescribeListenersInput) => describeAll(parts, input),
    ModifyListener: (input: ModifyListenerInput) => modify(parts, input),
    DeleteListener: (input: DeleteListenerInput) => {
      removeListener(parts, listenerOf(parts, input.ListenerArn))
      parts.changed()
      return {}
    },
    DescribeListenerCertificates: (input: { ListenerArn?: string }) => ({
      Certificates: certificatesOf(listenerOf(parts, input.ListenerArn)),
    }),
    DescribeListenerAttributes: (input: DescribeListenerAttributesInput) => ({
      Attributes: attributeList(listenerOf(parts, input.ListenerArn).attributes),
    }),
    ModifyListenerAttributes: (input: ModifyListenerAttributesInput) => {
      const listener = listenerOf(parts, input.ListenerArn)
      listener.attributes = withAttributes('listener', listener.attributes, input.Attributes ?? [])
      parts.changed()
      return { Attributes: attributeList(listener.attributes) }
    },
  }
}

/** Takes the listener and its rules out of the records and closes its port; requests in flight may still end. */
export function removeListener(parts: Parts, listener: ListenerRecord): void {
  const records = parts.records()
  delete records.listeners[listener.arn]
  for (const rule of Object.values(records.rules)) {
    if (rule.listenerArn === listener.arn) delete records.rules[rule.arn]
  }
  void parts.servers.stop(listener.arn)
}

async function create(parts: Parts, input: CreateListenerInput): Promise<object> {
  const loadBalancer = loadBalancerOf(parts, input.LoadBalancerArn)
  const protocol = checkedProtocol(input.Protocol ?? 'HTTP')
  const port = checkedPort(input.Port)
  checkCertificates(protocol, input.Certificates)
  const defaultActions = checkedActions(input.DefaultActions ?? [], loadBalancer.arn, parts.records())
  const certificates = (input.Certificates ?? []).map((certificate) => certificate.CertificateArn ?? '')
  const sslPolicy = protocol === 'HTTPS' ? checkedSslPolicy(input.SslPolicy) : undefined
  const tags = tagsFrom(input.Tags)
  const siblings = listenersOf(parts, loadBalancer)
  const known = siblings.find((listener) => listener.port === port)
  // Making the same listener again is no fault.
  if (known && isDeepStrictEqual(settings(known), settings({ protocol, certificates, defaultActions })))
    return { Listeners: [describe(known)] }
  if (known) throw duplicate(loadBalancer.arn)
  if (siblings.length >= MAX_LISTENERS)
    throw new AwsFault(
      'TooManyListeners',
      "You've reached the limit on the number of listeners per load balancer",
    )
  const path = loadBalancer.arn.slice(loadBalancer.arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)
  const id = newId()
  const listener: ListenerRecord = {
    arn: arnOf(parts.cloud, `listener/${path}/${id}`),
    loadBalancerArn: loadBalancer.arn,
    defaultRuleArn: arnOf(parts.cloud, `listener-rule/${path}/${id}/${newId()}`),
    port,
    protocol,
    certificates,
    ...(sslPolicy && { sslPolicy }),
    defaultActions,
    attributes: defaultAttributes('listener'),
    tags,
  }
  parts.records().listeners[listener.arn] = listener
  await parts.servers.start(listener)
  parts.changed()
  return { Listeners: [describe(listener)] }
}

async function modify(parts: Parts, input: ModifyListenerInput): Promise<object> {
  const listener = listenerOf(parts, input.ListenerArn)
  const protocol = checkedProtocol(input.Protocol ?? listener.protocol)
  const moves = input.Port !== undefined && input.Port !== listener.port
  const port = moves ? checkedPort(input.Port) : listener.port
  const loadBalancer = loadBalancerOf(parts, listener.loadBalancerArn)
  if (moves && listenersOf(parts, loadBalancer).some((other) => other.port === port))
    throw duplicate(loadBalancer.arn)
  const certificates =
    input.Certificates?.map((certificate) => certificate.CertificateArn ?? '') ??
    (protocol === 'HTTPS' ? listener.certificates : [])
  checkCertificates(protocol, certificates)
  const sslPolicy = protocol === 'HTTPS' ? checkedSslPolicy(input.SslPolicy ?? listener.sslPolicy) : undefined
  const defaultActions = input.DefaultActions
    ? checkedActions(input.DefaultActions, listener.loadBalancerArn, parts.records())
    : listener.defaultActions
  Object.assign(listener, { protocol, port, certificates, defaultActions })
  if (sslPolicy) listener.sslPolicy = sslPolicy
  else delete listener.sslPolicy
  if (moves) {
    delete listener.boundPort
    void parts.servers.stop(listener.arn)
    await parts.servers.start(listener)
  }
  parts.changed()
  return { Listeners: [describe(listener)] }
}

function describeAll(parts: Parts, input: DescribeListenersInput) {
  if (input.ListenerArns?.length && input.LoadBalancerArn) {
    throw new AwsFault(
      'ValidationError',
      'Listener ARNs and a load balancer ARN cannot be specified at the same time',
    )
  }
  if (input.ListenerArns?.length) {
    return { Listeners: input.ListenerArns.map((arn) => describe(listenerOf(parts, arn))) }
  }
  if (!input.LoadBalancerArn) {
    throw new AwsFault('ValidationError', 'You must specify either listener ARNs or a load balancer ARN')
  }
  const loadBalancer = loadBalancerOf(parts, input.LoadBalancerArn)
  const { page, next } = markerPage(listenersOf(parts, loadBalancer), input)
  return { Listeners: page.map(describe), NextMarker: next }
}

function describe(listener: ListenerRecord): Listener {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    ...(listener.certificates.length > 0 && { Certificates: certificatesOf(listener) }),
    SslPolicy: listener.sslPolicy,
    DefaultActions: listener.defaultActions,
  }
}

const certificatesOf = (listener: ListenerRecord) =>
  listener.certificates.map((CertificateArn) => ({ CertificateArn }))

function checkedProtocol(protocol: string): 'HTTP' | 'HTTPS' {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol
  throw new AwsFault('UnsupportedProtocol', `Listener protocol '${protocol}' must be one of 'HTTPS, HTTP'`)
}

function checkCertificates(protocol: string, certificates: readonly unknown[] | undefined): void {
  if (protocol === 'HTTPS' && !certificates?.length)
    throw new AwsFault('ValidationError', 'A certificate must be specified for HTTPS listeners')
  if (protocol === 'HTTP' && certificates?.length)
    throw new AwsFault('ValidationError', 'A certificate cannot be specified for HTTP listeners')
  if ((certificates?.length ?? 0) > 1)
    throw new AwsFault(
      'TooManyCertificates',
      `Up to '1' certificate ARNs can be specified, but '${certificates?.length}' were specified`,
    )
}

function checkedSslPolicy(name = 'ELBSecurityPolicy-2016-08'): string {
  if (sslPolicies.some((policy) => policy.name === name)) return name
  throw new AwsFault('SSLPolicyNotFound', `SSL policy '${name}' not found`)
}

function checkedPort(port: number | undefined): number {
  if (port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new AwsFault('ValidationError', `Listener port '${port}' must be between 1 and 65535`)
}

const listenersOf = (parts: Parts, { arn }: LoadBalancerRecord): ListenerRecord[] =>
  Object.values(parts.records().listeners).filter((listener) => listener.loadBalancerArn === arn)

const settings = ({
  protocol,
  certificates,
  defaultActions,
}: Pick<ListenerRecord, 'protocol' | 'certificates' | 'defaultActions'>) => [
  protocol,
  certificates,
  defaultActions,
]

const duplicate = (loadBalancerArn: string) =>
  new AwsFault(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
  )
