import type {
  CreateListenerInput,
  DeleteListenerInput,
  DescribeListenerAttributesInput,
  DescribeListenersInput,
  Listener,
  ModifyListenerAttributesInput,
  ModifyListenerInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { markerPage } from '../page-of.js'
import { checkedActions } from './action-rules.js'
import { attributeList, defaultAttributes, withAttributes } from './attributes.js'
import { arnOf, listenerOf, loadBalancerOf, newId, type Parts } from './parts.js'
import type { ListenerRecord } from './records.js'
import { tagsFrom } from './tag-operations.js'

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
  const port = checkedPort(parts, loadBalancer.arn, input.Port)
  checkCertificates(protocol, input.Certificates)
  const defaultActions = checkedActions(input.DefaultActions ?? [], loadBalancer.arn, parts.records())
  const path = loadBalancer.arn.slice(loadBalancer.arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)
  const id = newId()
  const listener: ListenerRecord = {
    arn: arnOf(parts.cloud, `listener/${path}/${id}`),
    loadBalancerArn: loadBalancer.arn,
    defaultRuleArn: arnOf(parts.cloud, `listener-rule/${path}/${id}/${newId()}`),
    port,
    protocol,
    certificates: (input.Certificates ?? []).map((certificate) => certificate.CertificateArn ?? ''),
    ...(protocol === 'HTTPS' && { sslPolicy: input.SslPolicy ?? 'ELBSecurityPolicy-2016-08' }),
    defaultActions,
    attributes: defaultAttributes('listener'),
    tags: tagsFrom(input.Tags),
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
  const port = moves ? checkedPort(parts, listener.loadBalancerArn, input.Port) : listener.port
  const certificates =
    input.Certificates?.map((certificate) => certificate.CertificateArn ?? '') ?? listener.certificates
  checkCertificates(protocol, certificates)
  const defaultActions = input.DefaultActions
    ? checkedActions(input.DefaultActions, listener.loadBalancerArn, parts.records())
    : listener.defaultActions
  Object.assign(listener, { protocol, port, certificates, defaultActions })
  if (input.SslPolicy) listener.sslPolicy = input.SslPolicy
  if (moves) {
    delete listener.boundPort
    void parts.servers.stop(listener.arn)
    await parts.servers.start(listener)
  }
  parts.changed()
  return { Listeners: [describe(listener)] }
}

function describeAll(parts: Parts, input: DescribeListenersInput) {
  if (input.ListenerArns?.length) {
    return { Listeners: input.ListenerArns.map((arn) => describe(listenerOf(parts, arn))) }
  }
  if (!input.LoadBalancerArn) {
    throw new AwsFault('ValidationError', 'You must specify either listener ARNs or a load balancer ARN')
  }
  const loadBalancer = loadBalancerOf(parts, input.LoadBalancerArn)
  const all = Object.values(parts.records().listeners).filter(
    (listener) => listener.loadBalancerArn === loadBalancer.arn,
  )
  const { page, next } = markerPage(all, input)
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
  if (protocol === 'HTTPS' && !certificates?.length) {
    throw new AwsFault('CertificateNotFound', 'A certificate must be specified for HTTPS listeners')
  }
}

function checkedPort(parts: Parts, loadBalancerArn: string, port: number | undefined): number {
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new AwsFault('ValidationError', `Listener port '${port}' must be between 1 and 65535`)
  }
  const taken = Object.values(parts.records().listeners).some(
    (listener) => listener.loadBalancerArn === loadBalancerArn && listener.port === port,
  )
  if (taken) {
    throw new AwsFault(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
    )
  }
  return port
}
