import * as autoScaling from '@aws-sdk/client-auto-scaling'
import * as cloudWatch from '@aws-sdk/client-cloudwatch'
import * as ec2 from '@aws-sdk/client-ec2'
import * as loadBalancing from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baseImageId, type CloudUnderTest, cloudUnderTest, reached, run } from './cloud-under-test.js'
import { filledIn } from './unit/refusal-of.js'

/** What rows name: `$stopped` in an input stands for the id of an instance that is stopped. */
const names: Record<string, string> = { image: baseImageId }
let cloud: CloudUnderTest
let clients: Record<string, [client: { send(command: never): Promise<unknown> }, commands: object]>

const nowhere = '0123456789abcdef0'
const many = (count: number, of: (at: number) => unknown) => Array.from({ length: count }, (_, at) => of(at))

/** What the SDK makes of the answer: class, wire code, status and message. */
async function answerOf(service: string, action: string, input: object): Promise<string> {
  const [client, commands] = clients[service]!
  const Command = (commands as Record<string, new (input: object) => never>)[`${action}Command`]!
  try {
    await client.send(new Command(filledIn(input, names)))
    return 'done'
  } catch (error) {
    const { name, Code, message, $metadata } = error as ec2.EC2ServiceException & { Code?: string }
    return `${name} ${Code} ${$metadata.httpStatusCode}: ${message}`
  }
}

beforeAll(async () => {
  cloud = await cloudUnderTest()
  clients = {
    ec2: [cloud.ec2, ec2],
    autoscaling: [new autoScaling.AutoScalingClient(cloud.client), autoScaling],
    elb: [new loadBalancing.ElasticLoadBalancingV2Client(cloud.client), loadBalancing],
    monitoring: [new cloudWatch.CloudWatchClient(cloud.client), cloudWatch],
  }
  names.stopped = await run(cloud.ec2, '#!/bin/sh\npoweroff\n')
  const template = await cloud.ec2.send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'kept',
      LaunchTemplateData: { ImageId: baseImageId },
    }),
  )
  names.template = template.LaunchTemplate?.LaunchTemplateId ?? ''
  const group = await cloud.ec2.send(
    new ec2.CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }),
  )
  names.group = group.GroupId ?? ''
  const { Subnets } = await cloud.ec2.send(new ec2.DescribeSubnetsCommand({}))
  names.subnet = Subnets?.[0]?.SubnetId ?? ''
  const { Snapshots } = await cloud.ec2.send(new ec2.DescribeSnapshotsCommand({}))
  names.snapshot = Snapshots?.[0]?.SnapshotId ?? `snap-${nowhere}`
  await reached(cloud.ec2, names.stopped, 'stopped')
})
afterAll(async () => cloud.stop())

type Row = readonly [action: string, what: string, input: object, answer: RegExp]

const launch = (what: string, change: object, answer: RegExp): Row => [
  'RunInstances',
  what,
  { ImageId: '$image', MinCount: 1, MaxCount: 1, ...change },
  answer,
]
const modify = (what: string, change: object, answer: RegExp): Row => [
  'ModifyInstanceAttribute',
  what,
  { InstanceId: '$stopped', ...change },
  answer,
]
const ingress = (what: string, permission: object, answer: RegExp): Row => [
  'AuthorizeSecurityGroupIngress',
  what,
  { GroupId: '$group', IpPermissions: [permission] },
  answer,
]
const tags = (what: string, Tags: object[], answer: RegExp): Row => [
  'CreateTags',
  what,
  { Resources: ['$stopped'], Tags },
  answer,
]
const image = (what: string, change: object, answer: RegExp): Row => [
  'CreateImage',
  what,
  { InstanceId: '$stopped', Name: 'shop-1', ...change },
  answer,
]

const rows: Row[] = [
  [
    'DescribeInstances',
    'an id that every object has',
    { InstanceIds: ['constructor'] },
    /^InvalidInstanceID\.Malformed /,
  ],
  [
    'DescribeLaunchTemplateVersions',
    'an id that every object has',
    { LaunchTemplateId: 'constructor' },
    /^InvalidLaunchTemplateId\.Malformed /,
  ],
  // Instances
  [
    'DescribeInstances',
    'two unknown ids',
    { InstanceIds: ['i-0123456789abcdef1', 'i-0123456789abcdef2'] },
    /^InvalidInstanceID\.NotFound InvalidInstanceID\.NotFound 400: The instance IDs 'i-0123456789abcdef1, i-0123456789abcdef2' do not exist$/,
  ],
  [
    'DescribeInstances',
    'an unknown id and a malformed one',
    { InstanceIds: ['i-0123456789abcdef1', 'i-x'] },
    /^InvalidInstanceID\.Malformed .*: Invalid id: "i-x"$/,
  ],
  [
    'DescribeInstances',
    'ids and a page',
    { InstanceIds: ['$stopped'], MaxResults: 5 },
    /^InvalidParameterCombination .*: The parameter instancesSet cannot be used with the parameter maxResults$/,
  ],
  [
    'DescribeInstances',
    'a page of four',
    { MaxResults: 4 },
    /^InvalidParameterValue .*: Value \( 4 \) for parameter maxResults is invalid\./,
  ],
  ['DescribeInstances', 'a token that is rubbish', { NextToken: 'rubbish' }, /^InvalidNextToken /],
  [
    'DescribeInstances',
    'an unknown filter',
    { Filters: [{ Name: 'colour', Values: ['red'] }] },
    /^InvalidParameterValue .*: The filter 'colour' is invalid$/,
  ],
  [
    'DescribeInstances',
    '201 values of a filter',
    { Filters: [{ Name: 'tag:a', Values: many(201, String) }] },
    /^FilterLimitExceeded .*200$/,
  ],
  [
    'DescribeInstances',
    'a filter that AWS knows: no fault',
    { Filters: [{ Name: 'network-interface.subnet-id', Values: ['subnet-*'] }] },
    /^done$/,
  ],
  [
    'TerminateInstances',
    'a known id and an unknown one',
    { InstanceIds: ['$stopped', `i-${nowhere}`] },
    /^InvalidInstanceID\.NotFound /,
  ],
  [
    'TerminateInstances',
    'a dry run',
    { InstanceIds: ['$stopped'], DryRun: true },
    /^DryRunOperation DryRunOperation 412: Request would have succeeded, but DryRun flag is set\.$/,
  ],
  ['DescribeImages', 'a dry run', { DryRun: true }, /^DryRunOperation DryRunOperation 412: /],
  [
    'RebootInstances',
    'one that is stopped',
    { InstanceIds: ['$stopped'] },
    /^IncorrectInstanceState .*'i-[0-9a-f]+'/,
  ],
  modify('nothing', {}, /^InvalidParameterCombination .*No attributes specified\.$/),
  modify(
    'two attributes',
    { InstanceType: { Value: 't3.small' }, DisableApiTermination: { Value: true } },
    /^InvalidParameterCombination /,
  ),
  modify(
    'an unknown behaviour',
    { InstanceInitiatedShutdownBehavior: { Value: 'sleep' } },
    /^InvalidParameterValue .*instanceInitiatedShutdownBehavior is invalid\.$/,
  ),
  modify(
    'an unknown type',
    { InstanceType: { Value: 't9.huge' } },
    /^InvalidParameterValue .*'t9\.huge' for InstanceType\.$/,
  ),
  modify('an unknown group', { Groups: [`sg-${nowhere}`] }, /^InvalidGroup\.NotFound /),
  [
    'DescribeInstanceAttribute',
    'an unknown attribute',
    { InstanceId: '$stopped', Attribute: 'mood' },
    /^InvalidParameterValue .*Unknown attribute\.$/,
  ],
  // Launches
  launch('more at least than at most', { MinCount: 2 }, /^InvalidParameterValue .*minCount is invalid/),
  launch('none', { MinCount: 0 }, /^InvalidParameterValue .*minCount is invalid/),
  launch(
    'an unknown type',
    { InstanceType: 't9.huge' },
    /^InvalidParameterValue .*: Invalid value 't9\.huge' for InstanceType\.$/,
  ),
  launch(
    'another shutdown behaviour',
    { InstanceInitiatedShutdownBehavior: 'sleep' },
    /^InvalidParameterValue /,
  ),
  launch(
    'tokens that are neither optional nor required',
    { MetadataOptions: { HttpTokens: 'perhaps' } },
    /^InvalidParameterValue .*HttpTokens is invalid/,
  ),
  launch(
    '65 hops',
    { MetadataOptions: { HttpPutResponseHopLimit: 65 } },
    /^InvalidParameterValue .*HttpPutResponseHopLimit is invalid/,
  ),
  launch(
    'a profile by name and ARN',
    { IamInstanceProfile: { Arn: 'arn:aws:iam::1:instance-profile/a', Name: 'a' } },
    /^InvalidParameterCombination /,
  ),
  launch(
    'an interface and groups',
    { SecurityGroupIds: ['$group'], NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: '$subnet' }] },
    /^InvalidParameterCombination .*: Network interfaces and an instance-level security groups may not be specified on the same request$/,
  ),
  launch(
    'an interface and a subnet',
    { SubnetId: '$subnet', NetworkInterfaces: [{ DeviceIndex: 0 }] },
    /^InvalidParameterCombination .*instance-level subnet ID/,
  ),
  launch(
    'a zone that its subnet is not in',
    { SubnetId: '$subnet', Placement: { AvailabilityZone: 'us-east-1c' } },
    /^InvalidParameterValue .*availabilityZone is invalid/,
  ),
  launch('a token of 65 characters', { ClientToken: 't'.repeat(65) }, /^InvalidParameterValue /),
  launch(
    'tags of something else',
    { TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'a', Value: '' }] }] },
    /^InvalidParameterValue .*: 'image' is not a valid taggable resource type/,
  ),
  launch(
    'a specification without tags',
    { TagSpecifications: [{ ResourceType: 'instance', Tags: [] }] },
    /^InvalidParameterValue .*: Tag specification must have at least one tag$/,
  ),
  launch(
    '51 tags',
    {
      TagSpecifications: [
        { ResourceType: 'instance', Tags: many(51, (at) => ({ Key: `k${at}`, Value: '' })) },
      ],
    },
    /^TagLimitExceeded /,
  ),
  launch(
    'a template by name and id',
    { LaunchTemplate: { LaunchTemplateId: '$template', LaunchTemplateName: 'kept' } },
    /^InvalidParameterCombination /,
  ),
  launch(
    'a version that is not there',
    { LaunchTemplate: { LaunchTemplateId: '$template', Version: '9' } },
    /^InvalidLaunchTemplateId\.VersionNotFound /,
  ),
  // Images
  image('a name of two characters', { Name: 'ab' }, /^InvalidAMIName\.Malformed /),
  image('an unknown instance', { InstanceId: `i-${nowhere}` }, /^InvalidInstanceID\.NotFound /),
  image('a dry run', { DryRun: true }, /^DryRunOperation .* 412: /),
  [
    'DescribeImages',
    'two unknown ids',
    { ImageIds: ['ami-0123456789abcdef1', 'ami-0123456789abcdef2'] },
    /^InvalidAMIID\.NotFound .*: The image ids '\[ami-0123456789abcdef1, ami-0123456789abcdef2\]' do not exist$/,
  ],
  [
    'DescribeImages',
    'a malformed id',
    { ImageIds: ['ami-X'] },
    /^InvalidAMIID\.Malformed .*: Invalid id: "ami-X" \(expecting "ami-\.\.\."\)$/,
  ],
  [
    'CopyImage',
    'another region',
    { SourceImageId: '$image', SourceRegion: 'eu-west-1', Name: 'copy' },
    /^InvalidParameterValue .*: Invalid region: eu-west-1$/,
  ],
  [
    'CopyImage',
    'no region',
    { SourceImageId: '$image', Name: 'copy' },
    /^MissingParameter .*: The request must contain the parameter SourceRegion$/,
  ],
  [
    'ModifyImageAttribute',
    'an image of Amazon',
    { ImageId: '$image', Description: { Value: 'mine' } },
    /^AuthFailure .*: Not authorized for image:ami-/,
  ],
  ['DescribeSnapshots', 'a malformed id', { SnapshotIds: ['snap-x'] }, /^InvalidSnapshotID\.Malformed /],
  ['DeleteSnapshot', 'an unknown one', { SnapshotId: `snap-${nowhere}` }, /^InvalidSnapshot\.NotFound /],
  // Launch templates
  [
    'CreateLaunchTemplate',
    'a name that is taken',
    { LaunchTemplateName: 'kept', LaunchTemplateData: { ImageId: '$image' } },
    /^InvalidLaunchTemplateName\.AlreadyExistsException .*: Launch template name already in use\.$/,
  ],
  [
    'CreateLaunchTemplate',
    'a name of two characters',
    { LaunchTemplateName: 'ab', LaunchTemplateData: { ImageId: '$image' } },
    /^InvalidLaunchTemplateName\.MalformedException /,
  ],
  [
    'CreateLaunchTemplate',
    'no data',
    { LaunchTemplateName: 'new', LaunchTemplateData: {} },
    /^MissingParameter .*LaunchTemplateData$/,
  ],
  [
    'DescribeLaunchTemplates',
    'an unknown name',
    { LaunchTemplateNames: ['none'] },
    /^InvalidLaunchTemplateName\.NotFoundException /,
  ],
  [
    'DescribeLaunchTemplateVersions',
    'a malformed id',
    { LaunchTemplateId: 'lt-x' },
    /^InvalidLaunchTemplateId\.Malformed /,
  ],
  [
    'DescribeLaunchTemplateVersions',
    'a version that is a word',
    { LaunchTemplateId: '$template', Versions: ['latest'] },
    /^InvalidLaunchTemplateId\.VersionNotFound /,
  ],
  [
    'DeleteLaunchTemplate',
    'an unknown id',
    { LaunchTemplateId: `lt-${nowhere}` },
    /^InvalidLaunchTemplateId\.NotFound /,
  ],
  // Tags
  tags(
    'a reserved key',
    [{ Key: 'aws:mine', Value: '' }],
    /^InvalidParameterValue .*reserved for internal use$/,
  ),
  tags(
    'a key twice',
    [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ],
    /^InvalidParameterValue .*: Duplicate tag key 'a' specified\.$/,
  ),
  tags('51 tags', many(51, (at) => ({ Key: `k${at}`, Value: '' })) as object[], /^TagLimitExceeded /),
  tags('a value of 257 characters', [{ Key: 'a', Value: 'v'.repeat(257) }], /^InvalidParameterValue /),
  [
    'DeleteTags',
    'a reserved key',
    { Resources: ['$stopped'], Tags: [{ Key: 'aws:mine' }] },
    /^InvalidParameterValue /,
  ],
  // Network
  [
    'DescribeSubnets',
    'an unknown id',
    { SubnetIds: [`subnet-${nowhere}`] },
    /^InvalidSubnetID\.NotFound .*: The subnet ID 'subnet-0123456789abcdef0' does not exist$/,
  ],
  ['DescribeVpcs', 'an unknown id', { VpcIds: [`vpc-${nowhere}`] }, /^InvalidVpcID\.NotFound /],
  [
    'DescribeRegions',
    'another region',
    { RegionNames: ['mars-1'] },
    /^InvalidParameterValue .*: Invalid region: mars-1$/,
  ],
  ['DescribeAvailabilityZones', 'another zone', { ZoneNames: ['us-east-1z'] }, /^InvalidParameterValue /],
  [
    'DescribeInstanceTypes',
    'an unknown type',
    { InstanceTypes: ['t9.huge'] },
    /^InvalidInstanceType .*\[t9\.huge\]$/,
  ],
  [
    'CreateSecurityGroup',
    'a name that is taken',
    { GroupName: 'web', Description: 'web' },
    /^InvalidGroup\.Duplicate .*: The security group 'web' already exists for VPC 'vpc-/,
  ],
  [
    'CreateSecurityGroup',
    'a name like an id',
    { GroupName: 'sg-web', Description: 'web' },
    /^InvalidParameterValue .*sg-\*/,
  ],
  [
    'CreateSecurityGroup',
    'a description beyond ASCII',
    { GroupName: 'new', Description: 'für alle' },
    /^InvalidParameterValue .*GroupDescription is invalid/,
  ],
  ['DescribeSecurityGroups', 'a malformed id', { GroupIds: ['web'] }, /^InvalidGroupId\.Malformed /],
  ['DeleteSecurityGroup', 'nothing named', {}, /^MissingParameter /],
  ingress('an unknown protocol', { IpProtocol: 'smoke' }, /^InvalidParameterValue .*Unknown protocol\.$/),
  ingress(
    'no ports',
    { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    /^InvalidParameterValue .*Must specify both from and to ports with TCP\/UDP/,
  ),
  ingress(
    'ports the wrong way round',
    { IpProtocol: 'tcp', FromPort: 90, ToPort: 80 },
    /^InvalidParameterValue .*range \(90:80\)$/,
  ),
  ingress(
    'addresses that are none',
    { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '10.0.0.0' }] },
    /^InvalidParameterValue .*: CIDR block 10\.0\.0\.0 is malformed$/,
  ),
  ingress(
    'an unknown group',
    { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: `sg-${nowhere}` }] },
    /^InvalidGroup\.NotFound /,
  ),
  [
    'RevokeSecurityGroupIngress',
    'a rule that is not there',
    { GroupId: '$group', IpPermissions: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1 }] },
    /^InvalidPermission\.NotFound /,
  ],
  [
    'DescribeKeyPairs',
    'an unknown name',
    { KeyNames: ['none'] },
    /^InvalidKeyPair\.NotFound .*: The key pair 'none' does not exist$/,
  ],
]

describe('EC2 answers the SDK', () => {
  it.each(rows)('%s with %s', async (action, _what, input, answer) => {
    expect(await answerOf('ec2', action, input)).toMatch(answer)
  })

  it('with the same copy of an image for the same token', async () => {
    const copy = (Name: string) =>
      cloud.ec2.send(
        new ec2.CopyImageCommand({
          SourceImageId: baseImageId,
          SourceRegion: 'us-east-1',
          Name,
          ClientToken: 'copy-1',
        }),
      )
    const first = await copy('copied')
    expect((await copy('copied')).ImageId).toBe(first.ImageId)
    await expect(copy('another')).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  })

  it('with the type that a stopped instance was given', async () => {
    const InstanceId = names.stopped
    await cloud.ec2.send(
      new ec2.ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value: 't3.small' } }),
    )
    const answer = await cloud.ec2.send(
      new ec2.DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'instanceType' }),
    )
    expect(answer.InstanceType?.Value).toBe('t3.small')
  })
})

describe('the other services answer the SDK with the classes of its model', () => {
  const modelled: (readonly [service: string, ...Row])[] = [
    [
      'autoscaling',
      'SetDesiredCapacity',
      'an unknown group',
      { AutoScalingGroupName: 'none', DesiredCapacity: 1 },
      /^ValidationError ValidationError 400: AutoScalingGroup name not found - AutoScalingGroup: none not found$/,
    ],
    [
      'autoscaling',
      'DescribeAutoScalingGroups',
      'a token that is rubbish',
      { NextToken: 'rubbish' },
      /^InvalidNextToken InvalidNextToken 400: /,
    ],
    [
      'autoscaling',
      'CreateAutoScalingGroup',
      'an empty name',
      { AutoScalingGroupName: '', MinSize: 0, MaxSize: 0 },
      /^ValidationError .*'autoScalingGroupName' failed to satisfy constraint/,
    ],
    [
      'elb',
      'DescribeTargetGroups',
      'an unknown name',
      { Names: ['none'] },
      /^TargetGroupNotFoundException TargetGroupNotFound 400: One or more target groups not found$/,
    ],
    [
      'elb',
      'CreateLoadBalancer',
      'an unknown subnet',
      { Name: 'lb', Subnets: [`subnet-${nowhere}`] },
      /^SubnetNotFoundException SubnetNotFound 400: /,
    ],
    [
      'elb',
      'DescribeLoadBalancers',
      'a page of 401',
      { PageSize: 401 },
      /^ValidationError ValidationError 400: .*'pageSize'/,
    ],
    [
      'monitoring',
      'SetAlarmState',
      'an unknown alarm',
      { AlarmName: 'none', StateValue: 'OK', StateReason: 'a' },
      /^ResourceNotFound ResourceNotFound 404: /,
    ],
    [
      'monitoring',
      'PutMetricData',
      'a value that is no number',
      { Namespace: 'Shop', MetricData: [{ MetricName: 'm', Value: NaN }] },
      /^InvalidParameterValueException InvalidParameterValue 400: The value NaN for parameter MetricData\.member\.1\.Value is invalid\.$/,
    ],
    [
      'monitoring',
      'DescribeAlarms',
      'a token that is rubbish',
      { NextToken: 'rubbish' },
      /^InvalidNextToken InvalidNextToken 400: /,
    ],
  ]
  it.each(modelled)('%s: %s with %s', async (service, action, _what, input, answer) => {
    expect(await answerOf(service, action, input)).toMatch(answer)
  })
})
