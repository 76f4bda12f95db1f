import { integer, list, oneOf, text, type Limits } from './limit.js'

const protocolEnum = oneOf('HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'GENEVE', 'QUIC', 'TCP_QUIC')

/** Elastic Load Balancing's inputs, as its public service model limits them. */
export const loadBalancingLimits: Limits = {
  Action: {
    Type: oneOf(
      'forward',
      'authenticate-oidc',
      'authenticate-cognito',
      'redirect',
      'fixed-response',
      'jwt-validation',
    ),
    Order: integer(1, 50000),
  },
  AddTagsInput: {
    Tags: list(1, Infinity),
  },
  AuthenticateCognitoActionConfig: {
    SessionTimeout: integer(),
    OnUnauthenticatedRequest: oneOf('deny', 'allow', 'authenticate'),
  },
  AuthenticateOidcActionConfig: {
    SessionTimeout: integer(),
    OnUnauthenticatedRequest: oneOf('deny', 'allow', 'authenticate'),
  },
  CreateListenerInput: {
    Protocol: protocolEnum,
    Port: integer(1, 65535),
    Tags: list(1, Infinity),
  },
  CreateLoadBalancerInput: {
    Scheme: oneOf('internet-facing', 'internal'),
    Tags: list(1, Infinity),
    Type: oneOf('application', 'network', 'gateway'),
    IpAddressType: oneOf('ipv4', 'dualstack', 'dualstack-without-public-ipv4'),
    CustomerOwnedIpv4Pool: text(0, 256, String.raw`^(ipv4pool-coip-)[a-zA-Z0-9]+$`),
    EnablePrefixForIpv6SourceNat: oneOf('on', 'off'),
  },
  CreateRuleInput: {
    Priority: integer(1, 50000),
    Tags: list(1, Infinity),
  },
  CreateTargetGroupInput: {
    Protocol: protocolEnum,
    Port: integer(1, 65535),
    HealthCheckProtocol: protocolEnum,
    HealthCheckPath: text(1, 1024),
    HealthCheckIntervalSeconds: integer(5, 300),
    HealthCheckTimeoutSeconds: integer(2, 120),
    HealthyThresholdCount: integer(2, 10),
    UnhealthyThresholdCount: integer(2, 10),
    TargetType: oneOf('instance', 'ip', 'lambda', 'alb'),
    Tags: list(1, Infinity),
    IpAddressType: oneOf('ipv4', 'ipv6'),
    TargetControlPort: integer(1, 65535),
  },
  DescribeAccountLimitsInput: {
    PageSize: integer(1, 400),
  },
  DescribeListenerCertificatesInput: {
    PageSize: integer(1, 400),
  },
  DescribeListenersInput: {
    PageSize: integer(1, 400),
  },
  DescribeLoadBalancersInput: {
    PageSize: integer(1, 400),
  },
  DescribeRulesInput: {
    PageSize: integer(1, 400),
  },
  DescribeSSLPoliciesInput: {
    PageSize: integer(1, 400),
    LoadBalancerType: oneOf('application', 'network', 'gateway'),
  },
  DescribeTargetGroupsInput: {
    PageSize: integer(1, 400),
  },
  DescribeTargetHealthInput: {
    Include: list(0, Infinity, oneOf('AnomalyDetection', 'All')),
  },
  FixedResponseActionConfig: {
    MessageBody: text(0, 1024),
    StatusCode: text(0, Infinity, String.raw`^(2|4|5)\d\d$`),
    ContentType: text(0, 32),
  },
  IpamPools: {
    Ipv4IpamPoolId: text(0, 1000, String.raw`^(ipam-pool-)[a-zA-Z0-9]+$`),
  },
  JwtValidationActionAdditionalClaim: {
    Format: oneOf('single-string', 'string-array', 'space-separated-values'),
  },
  ListenerAttribute: {
    Key: text(0, 256, String.raw`^[a-zA-Z0-9._]+$`),
  },
  LoadBalancerAttribute: {
    Key: text(0, 256, String.raw`^[a-zA-Z0-9._]+$`),
    Value: text(0, 1024),
  },
  ModifyListenerInput: {
    Port: integer(1, 65535),
    Protocol: protocolEnum,
  },
  ModifyLoadBalancerAttributesInput: {
    Attributes: list(0, 20),
  },
  ModifyTargetGroupInput: {
    HealthCheckProtocol: protocolEnum,
    HealthCheckPath: text(1, 1024),
    HealthCheckIntervalSeconds: integer(5, 300),
    HealthCheckTimeoutSeconds: integer(2, 120),
    HealthyThresholdCount: integer(2, 10),
    UnhealthyThresholdCount: integer(2, 10),
  },
  MutualAuthenticationAttributes: {
    TrustStoreAssociationStatus: oneOf('active', 'removed'),
    AdvertiseTrustStoreCaNames: oneOf('on', 'off'),
  },
  RedirectActionConfig: {
    Protocol: text(0, Infinity, String.raw`^(HTTPS?|#\{protocol\})$`),
    Host: text(1, 128),
    Path: text(1, 128),
    Query: text(0, 128),
    StatusCode: oneOf('HTTP_301', 'HTTP_302'),
  },
  RemoveTagsInput: {
    TagKeys: list(0, Infinity, text(1, 128, String.raw`^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`)),
  },
  RuleCondition: {
    Field: text(0, 64),
  },
  RulePriorityPair: {
    Priority: integer(1, 50000),
  },
  RuleTransform: {
    Type: oneOf('host-header-rewrite', 'url-rewrite'),
  },
  SetIpAddressTypeInput: {
    IpAddressType: oneOf('ipv4', 'dualstack', 'dualstack-without-public-ipv4'),
  },
  SetSecurityGroupsInput: {
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: oneOf('on', 'off'),
  },
  SetSubnetsInput: {
    IpAddressType: oneOf('ipv4', 'dualstack', 'dualstack-without-public-ipv4'),
    EnablePrefixForIpv6SourceNat: oneOf('on', 'off'),
  },
  SourceIpConditionConfig: {
    IpAddressType: oneOf('ipv4', 'ipv6'),
  },
  Tag: {
    Key: text(1, 128, String.raw`^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`),
    Value: text(0, 256, String.raw`^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`),
  },
  TargetDescription: {
    Port: integer(1, 65535),
    QuicServerId: text(1, 256),
  },
  TargetGroupAttribute: {
    Key: text(0, 256, String.raw`^[a-zA-Z0-9._]+$`),
  },
  TargetGroupStickinessConfig: {
    DurationSeconds: integer(),
  },
  TargetGroupTuple: {
    Weight: integer(),
  },
}
