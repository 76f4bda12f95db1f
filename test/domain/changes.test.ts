import { describe, expect, it } from 'vitest'
import { changesBetween } from '../../server/domain/changes.js'
import { commitRange, reasonBadRepositoryLink } from '../../server/domain/commits.js'
import { lineDifference } from '../../server/domain/line-difference.js'
import { environmentOf, launchUserData } from '../../server/domain/user-data.js'
import { withoutSecrets } from '../../server/domain/without-secrets.js'
import { blueprint, cluster, targetArn } from '../support/build.js'

const changed = (...sides: Parameters<typeof changesBetween>) =>
  changesBetween(...sides).sections.flatMap(({ name, changed: rows }) =>
    rows.map(({ what, was, will }) => [name, what, was, will]),
  )

describe('how two groups differ', () => {
  it('is not that they are two: names, target groups and policies are any group’s', () => {
    const of = (group: string) =>
      blueprint(group, {
        policies: [{ PolicyName: `${group}-grow`, PolicyARN: `arn:${group}`, PolicyType: 'StepScaling' }],
        alarms: [
          {
            AlarmName: `${group}-busy`,
            AlarmArn: `arn:alarm:${group}`,
            AlarmActions: [`arn:${group}`],
            Dimensions: [{ Name: 'TargetGroup', Value: targetArn(group) }],
          },
        ],
        scalingGroup: {
          AutoScalingGroupName: group,
          MinSize: group.length,
          Tags: [{ Key: 'delling:op', Value: group }],
        },
      })
    const changes = changesBetween(of('shop-main-v001'), of('shop-main-v0012'))
    expect(changes.sections.flatMap((section) => section.changed)).toEqual([])
    expect(changes.unchangedCount).toBeGreaterThan(3)
  })

  it('is named field by field, with what one of them lacks', () => {
    const was = blueprint('shop-main-v001', {
      launchTemplate: { ImageId: 'ami-1', Monitoring: { Enabled: true } },
      scalingGroup: { Tags: [{ Key: 'team', Value: 'a', PropagateAtLaunch: true }] },
      attributes: { 'slow_start.duration_seconds': '30' },
    })
    const will = blueprint('shop-main-v002', {
      launchTemplate: { ImageId: 'ami-2' },
      scalingGroup: { Tags: [{ Key: 'team', Value: 'a', PropagateAtLaunch: false }] },
      attributes: { 'slow_start.duration_seconds': '60' },
    })
    expect(changed(was, will)).toEqual([
      ['Image', 'image', 'ami-1', 'ami-2'],
      ['Launch template', 'Monitoring · Enabled', 'true', null],
      ['Tags', 'team', 'a, given to instances', 'a'],
      ['Target group attributes', 'slow_start.duration_seconds', '30', '60'],
    ])
  })

  it('shows user data by lines and hides what sounds like a secret, so that its change is still seen', () => {
    const { settings } = cluster()
    const userData = (environment: Record<string, string>, version: string) =>
      launchUserData({ ...settings, environment }, 'shop-main', `shop-main-v00${version}`, version)
    const of = (version: string, secret: string) =>
      blueprint(`shop-main-v00${version}`, {
        launchTemplate: { UserData: userData({ COLOUR: 'blue "sky"', DB_PASSWORD: secret }, version) },
      })
    const changes = changesBetween(of('1', 'hunter2'), of('2', 'hunter3'))
    const text = JSON.stringify(changes)
    expect(text).not.toContain('hunter')
    const lines = changes.userData.filter(({ kind }) => kind !== 'same')
    const password = expect.stringMatching(/^DB_PASSWORD=\(hidden, [0-9a-f]{4}\)$/) as string
    expect(lines).toEqual([
      { kind: 'gone', text: password },
      { kind: 'new', text: password },
      { kind: 'gone', text: 'DELLING_VERSION="1"' },
      { kind: 'new', text: 'DELLING_VERSION="2"' },
    ])
    expect(environmentOf(userData({ COLOUR: 'blue "sky"' }, '1'))).toMatchObject({ COLOUR: 'blue "sky"' })
  })

  it('hides passwords in addresses and quoted values', () => {
    const hidden = withoutSecrets(
      `export API_TOKEN='a b' DB=postgres://shop:pw1@db/x api_key: k9 SECRET="x\\"y7"`,
    )
    expect(hidden).not.toMatch(/a b|pw1|k9|y7/)
    expect(hidden).toContain('postgres://shop:(hidden')
  })
})

describe('a difference of lines', () => {
  it('keeps what is common in order and loses nothing', () => {
    const lines = lineDifference('a\nb\nc\nd', 'a\nc\nx\nd')
    expect(lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same a',
      'gone b',
      'same c',
      'new x',
      'same d',
    ])
  })
})

describe('the commits of a deployment', () => {
  const template = 'https://github.com/org/repo/compare/{from}...{to}'
  it('are a link where both images know theirs and the application its repository', () => {
    expect(commitRange(template, 'abc', 'def')?.href).toBe('https://github.com/org/repo/compare/abc...def')
    expect(commitRange(null, 'abc', 'def')).toEqual({ from: 'abc', to: 'def', href: null })
    expect(commitRange(template, null, 'def')).toBeNull()
    expect(commitRange(template, 'abc', 'abc')).toBeNull()
  })
  it('never lead elsewhere by what somebody calls a commit', () => {
    expect(commitRange(template, '../../evil?x=', '"><script>')?.href).toBe(
      'https://github.com/org/repo/compare/..%2F..%2Fevil%3Fx%3D...%22%3E%3Cscript%3E',
    )
  })
  it.each(['https://github.com/org/repo', 'javascript:alert({from},{to})', 'nowhere {from} {to}'])(
    '%s is no template',
    (bad) => {
      expect(reasonBadRepositoryLink(bad)).not.toBeNull()
    },
  )
})
