import type {
  DescribeAccountLimitsInput,
  DescribeSSLPoliciesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { markerPage } from '../page-of.js'

const limits = {
  'application-load-balancers': 50,
  'target-groups': 3000,
  'target-groups-per-application-load-balancer': 100,
  'target-groups-per-action-on-application-load-balancer': 5,
  'targets-per-application-load-balancer': 1000,
  'targets-per-target-group': 1000,
  'listeners-per-application-load-balancer': 50,
  'rules-per-application-load-balancer': 100,
  'condition-values-per-alb-rule': 5,
  'condition-wildcards-per-alb-rule': 6,
}

export const sslPolicies = [
  { name: 'ELBSecurityPolicy-2016-08', protocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] },
  { name: 'ELBSecurityPolicy-TLS-1-1-2017-01', protocols: ['TLSv1.1', 'TLSv1.2'] },
  { name: 'ELBSecurityPolicy-TLS-1-2-2017-01', protocols: ['TLSv1.2'] },
  { name: 'ELBSecurityPolicy-FS-1-2-Res-2020-10', protocols: ['TLSv1.2'] },
  { name: 'ELBSecurityPolicy-TLS13-1-0-2021-06', protocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] },
  { name: 'ELBSecurityPolicy-TLS13-1-2-2021-06', protocols: ['TLSv1.2', 'TLSv1.3'] },
  { name: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06', protocols: ['TLSv1.2', 'TLSv1.3'] },
  { name: 'ELBSecurityPolicy-TLS13-1-3-2021-06', protocols: ['TLSv1.3'] },
]

export function accountOperations(): Record<string, Operation> {
  return {
    DescribeAccountLimits: (input: DescribeAccountLimitsInput) => {
      const all = Object.entries(limits).map(([Name, Max]) => ({ Name, Max: String(Max) }))
      const { page, next } = markerPage(all, input)
      return { Limits: page, NextMarker: next }
    },
    DescribeSSLPolicies: (input: DescribeSSLPoliciesInput) => {
      const unknown = input.Names?.find((name) => !sslPolicies.some((policy) => policy.name === name))
      if (unknown) throw new AwsFault('SSLPolicyNotFound', `SSL policy '${unknown}' not found`)
      const chosen = sslPolicies.filter((policy) => !input.Names?.length || input.Names.includes(policy.name))
      const { page, next } = markerPage(chosen, input)
      const SslPolicies = page.map((policy) => ({
        Name: policy.name,
        SslProtocols: policy.protocols,
        Ciphers: [{ Name: 'ECDHE-RSA-AES128-GCM-SHA256', Priority: 1 }],
        SupportedLoadBalancerTypes: ['application'],
      }))
      return { SslPolicies, NextMarker: next }
    },
  }
}
