import { describe, expect, it } from 'vitest'
import { adoptedSettings, type AdoptedPlace } from '../../server/domain/adopted-settings.js'
import type { Fields } from '../../server/domain/fields.js'
import { launchUserData, settingsOfUserData } from '../../server/domain/user-data.js'
import { blueprint, cluster, targetArn } from '../support/build.js'

const place: AdoptedPlace = {
  rule: {
    ruleArn: 'rule-7',
    isDefault: false,
    conditions: [{ field: 'host-header', values: ['shop.example'] }],
    entries: [{ targetGroupArn: targetArn('shop-main-v003'), weight: 1 }],
    sticky: false,
    listenerArn: 'listener-7',
    port: 443,
    protocol: 'HTTPS',
    loadBalancerArn: 'lb-7',
    loadBalancerName: 'theirs',
    loadBalancerZones: [],
    cluster: null,
  },
  size: { min: 3, max: 9, desired: 4 },
  subnets: ['a', 'b', 'c', 'd'].map((letter) => ({
    subnetId: `subnet-${letter}`,
    zone: `us-east-1${letter}`,
  })),
  standard: { instanceType: 't3.micro', securityGroupId: 'sg-default' },
  keepUserData: true,
}

const derived = (
  launchTemplate: Fields,
  more: Parameters<typeof blueprint>[1] = {},
  patch: Partial<AdoptedPlace> = {},
) =>
  adoptedSettings(
    blueprint('shop-main-v003', {
      scalingGroup: { VPCZoneIdentifier: 'subnet-b,subnet-c,subnet-d', HealthCheckGracePeriod: 120 },
      launchTemplate,
      targetGroup: {
        VpcId: 'vpc-7',
        Port: 7001,
        HealthCheckPath: '/healthcheck',
        HealthCheckIntervalSeconds: 20,
        HealthCheckTimeoutSeconds: 6,
        HealthyThresholdCount: 4,
        UnhealthyThresholdCount: 3,
        Matcher: { HttpCode: '200-299' },
      },
      attributes: { 'deregistration_delay.timeout_seconds': '45' },
      ...more,
    }),
    { ...place, ...patch },
  )

describe('the settings of an adopted cluster', () => {
  it('say what the group that carries the traffic is made of', () => {
    const { settings, left } = derived({
      InstanceType: 'm5.large',
      SecurityGroupIds: ['sg-1', 'sg-2'],
      IamInstanceProfile: { Name: 'shop' },
    })
    expect(settings).toMatchObject({
      vpcId: 'vpc-7',
      subnets: [{ subnetId: 'subnet-b' }, { subnetId: 'subnet-c' }, { subnetId: 'subnet-d' }],
      instanceType: 'm5.large',
      securityGroupIds: ['sg-1', 'sg-2'],
      instanceProfile: 'shop',
      port: 7001,
      healthCheck: {
        path: '/healthcheck',
        intervalSec: 20,
        timeoutSec: 6,
        healthyThreshold: 4,
        unhealthyThreshold: 3,
        matcher: '200-299',
      },
      size: { min: 3, max: 9, desired: 4 },
      scaling: null,
      deregistrationDelaySec: 45,
      healthCheckGraceSec: 120,
      balancer: { ruleArn: 'rule-7', listenerPort: 443, conditions: place.rule.conditions },
    })
    expect(left).toEqual([])
  })

  it('find security groups inside an interface, the type in an override, and what AWS takes where none is named', () => {
    const inside = derived(
      { NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-inside'] }] },
      {
        scalingGroup: {
          VPCZoneIdentifier: 'subnet-a',
          MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ InstanceType: 'c5.large' }] } },
        },
      },
    ).settings
    expect([inside.securityGroupIds, inside.instanceType]).toEqual([['sg-inside'], 'c5.large'])
    const bare = derived({}).settings
    expect([bare.securityGroupIds, bare.instanceType, bare.instanceProfile]).toEqual([
      ['sg-default'],
      't3.micro',
      null,
    ])
  })

  it('run a script after ours as it ran, and say what can’t follow ours', () => {
    expect(derived({ UserData: '#!/bin/sh\nfalse\ntouch /x\n' }).settings.userData).toBe(
      'set +eu\nfalse\ntouch /x',
    )
    for (const other of ['#cloud-config\npackages: [x]\n', '#!/usr/bin/python3\nprint()\n', '\u001f\ufffd\b'])
      expect(derived({ UserData: other })).toMatchObject({
        settings: { userData: '' },
        left: [expect.stringContaining('no shell script')],
      })
    const dropped = derived({ UserData: '#!/bin/sh\ntouch /x\n' }, {}, { keepUserData: false })
    expect(dropped).toMatchObject({
      settings: { userData: '' },
      left: [expect.stringContaining('as you asked')],
    })
  })

  it('of a group that was ours are what they were', () => {
    const { settings } = cluster()
    const own = { ...settings, environment: { GREETING: 'a "b" $c' }, userData: 'touch /x' }
    const userData = launchUserData(own, 'shop-main', 'shop-main-v003', '1.0.0')
    expect(settingsOfUserData(userData)).toEqual({
      environment: own.environment,
      userData: own.userData,
      left: null,
    })
    expect(settingsOfUserData(launchUserData({ ...own, userData: '' }, 'c', 'g', '1')).userData).toBe('')
  })
})
