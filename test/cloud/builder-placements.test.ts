import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { builderPlacements } from '../../server/cloud/builder-placements.js'
import { makeClients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'

const ec2 = mockClient(EC2Client)
const credentials = { accessKeyId: 'k', secretAccessKey: 's' }
const { readers } = makeClients({ region: 'us-east-1', credentials, meter: makeMeter() })

const byTag = { Filters: [{ Name: 'tag-key', Values: ['delling:builder'] }, expect.anything()] }
const mark = [{ Key: 'delling:builder', Value: '' }]
const subnet = (SubnetId: string, VpcId: string, AvailableIpAddressCount: number) => ({
  SubnetId,
  VpcId,
  AvailableIpAddressCount,
  AvailabilityZone: `zone of ${SubnetId}`,
})

beforeEach(() => ec2.reset())

describe('where builders may be launched', () => {
  it('reads every page of subnets and security groups, and takes what is tagged, the emptiest subnet first', async () => {
    ec2
      .on(DescribeSubnetsCommand)
      .resolvesOnce({ Subnets: [subnet('s-1', 'vpc-1', 10)], NextToken: 'more' })
      .resolvesOnce({ Subnets: [subnet('s-2', 'vpc-1', 200)] })
    ec2
      .on(DescribeSecurityGroupsCommand)
      .resolvesOnce({
        SecurityGroups: [{ GroupId: 'sg-default', GroupName: 'default', VpcId: 'vpc-1' }],
        NextToken: 'more',
      })
      .resolvesOnce({
        SecurityGroups: [{ GroupId: 'sg-builder', GroupName: 'b', VpcId: 'vpc-1', Tags: mark }],
      })
    expect(await builderPlacements(readers)).toEqual([
      { subnetId: 's-2', zone: 'zone of s-2', securityGroupIds: ['sg-builder'] },
      { subnetId: 's-1', zone: 'zone of s-1', securityGroupIds: ['sg-builder'] },
    ])
    expect(ec2.commandCalls(DescribeSubnetsCommand)[0]?.args[0].input).toMatchObject(byTag)
  })

  it('falls back to the default subnets and the default security group of their own VPC', async () => {
    ec2
      .on(DescribeSubnetsCommand)
      .resolvesOnce({ Subnets: [] })
      .resolvesOnce({ Subnets: [subnet('s-1', 'vpc-1', 10)] })
    ec2.on(DescribeSecurityGroupsCommand).resolves({
      SecurityGroups: [
        { GroupId: 'sg-1', GroupName: 'default', VpcId: 'vpc-1' },
        { GroupId: 'sg-2', GroupName: 'default', VpcId: 'vpc-2' },
        { GroupId: 'sg-3', GroupName: 'web', VpcId: 'vpc-1' },
      ],
    })
    expect(await builderPlacements(readers)).toEqual([
      { subnetId: 's-1', zone: 'zone of s-1', securityGroupIds: ['sg-1'] },
    ])
  })

  it('says which tag is missing where there is neither', async () => {
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [] })
    await expect(builderPlacements(readers)).rejects.toThrow('no subnet is tagged delling:builder')
  })
})
