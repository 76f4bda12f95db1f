import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { writeConsoleFile } from '../../config/console-file.js'
import { runCli } from '../../server/cli/run-cli.js'
import { stubConsole, token } from '../support/stub-console.js'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'delling-cli-home-'))
  cleanUps.push(() => rmSync(home, { recursive: true, force: true }))
  return home
}

async function delling(argv: string[], env: Record<string, string> = {}) {
  let stdout = ''
  let stderr = ''
  const exit = await runCli(
    argv,
    { out: (text) => void (stdout += text), err: (text) => void (stderr += text), errIsTerminal: false },
    { DELLING_HOME: '/nowhere', ...env },
  )
  return { exit, stdout, stderr }
}

describe('the command line', () => {
  it.each([
    [['frobnicate'], /unknown command.*\n.*npx delling --help/],
    [['clusters', 'frobnicate'], /unknown command.*\n.*npx delling --help/],
    [['clusters', 'create', 'a', '--image', 'a', '--listener-port', '99999'], /1 to 65535/],
    [['clusters', 'create', 'a', '--image', 'a', '--port', '0'], /1 to 65535/],
    [['apps', 'create', 'a', '--owner', 'o', '--port', '99999'], /1 to 65535/],
    [['deploy', 'shop-main'], /--image/],
    [['deploy'], /missing required argument|--image/],
    [['deploy', 'shop-main', '--image', 'a', '--size', 'many'], /whole number/],
    [['deploy', 'shop-main', '--image', 'a', '--colour', 'blue'], /unknown option/],
    [['clusters', 'create', 'shop-main', '--image', 'a', '--env', 'novalue'], /NAME=value/],
    [['cleanup', '--now', 'tomorrow'], /2026-11-25/],
    [[], /Name a verb/],
  ])('ends with 2 and a sentence for %j', async (argv, sentence) => {
    const { exit, stdout, stderr } = await delling(argv)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
  })

  it('keeps to one JSON document when the usage is wrong', async () => {
    const { exit, stdout } = await delling(['deploy', 'shop-main', '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } })
  })

  it('prints help and version to stdout and ends with 0', async () => {
    expect(await delling(['--help'])).toMatchObject({ exit: 0, stderr: '' })
    const { exit, stdout } = await delling(['clusters', 'create', '--help'])
    expect(exit).toBe(0)
    expect(stdout).toContain('--listener-port')
    expect((await delling(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([[['help']], [['help', 'deploy']], [['help', 'clusters']], [['clusters', 'help', 'create']]])(
    'prints the help that %j asks for and ends with 0',
    async (argv) => {
      const { exit, stdout, stderr } = await delling(argv)
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
      expect(stdout).toContain('Usage: delling')
    },
  )

  it('ends with 1 and says how to start or name a console when there is none', async () => {
    const { exit, stderr } = await delling(['me'])
    expect(exit).toBe(1)
    expect(stderr).toMatch(/npm start.*--url/)
  })

  it('ends with 1 when nobody answers', async () => {
    const { exit, stderr } = await delling(['me'], {
      DELLING_URL: 'http://127.0.0.1:1',
      DELLING_TOKEN: token,
    })
    expect(exit).toBe(1)
    expect(stderr).toContain('does not answer')
  })

  it('ends with 1 when the token is not taken', async () => {
    const stub = await stubConsole({ 'GET /me': { status: 401, body: { detail: 'Sign in.' } } })
    cleanUps.push(() => stub.close())
    expect(await stub.run('me')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('DELLING_TOKEN') as string,
    })
  })

  it('finds a console of this user by itself', async () => {
    const stub = await stubConsole({
      'POST /sign-in-links': { status: 201, body: { url: 'http://x/sign-in/1', expiresAt: 'T' } },
    })
    cleanUps.push(() => stub.close())
    const home = newHome()
    writeConsoleFile(home, { url: stub.url, token })
    expect(await delling(['login'], { DELLING_HOME: home })).toMatchObject({
      exit: 0,
      stdout: 'http://x/sign-in/1\n',
    })
    expect(stub.asked[0]?.headers.authorization).toBe(`Bearer ${token}`)
  })

  it('never sends the local token to another address', async () => {
    const stub = await stubConsole({ 'GET /me': { body: {} } })
    cleanUps.push(() => stub.close())
    const home = newHome()
    writeConsoleFile(home, { url: 'http://127.0.0.1:1', token })
    const { exit, stderr } = await delling(['me', '--url', stub.url], { DELLING_HOME: home })
    expect(exit).toBe(1)
    expect(stderr).toContain('DELLING_TOKEN is missing')
    expect(stub.asked).toEqual([])
  })
})

describe('delling clusters create', () => {
  it('names every field as the API does', async () => {
    const stub = await stubConsole({ 'POST /clusters': { status: 202, body: { operation: { id: 'op-1' } } } })
    cleanUps.push(() => stub.close())
    const flags =
      '--image i --min 3 --max 9 --desired 6 --vpc vpc-1 --zone us-east-1a,us-east-1b --zone us-east-1c --subnet s1,s2,s3 ' +
      '--instance-type m5.large --security-group sg-1 --instance-profile p --env A=1 --env B=x=y,z --scaling-cpu 50 ' +
      '--load-balancer lb --listener-port 8090 --host a.example --path /x --health-path /h --health-interval 10 ' +
      '--health-timeout 5 --healthy-threshold 2 --unhealthy-threshold 3 --matcher 200-299 --port 8080 ' +
      '--deregistration-delay 30 --morning 07:30 --time-zone Europe/Berlin --min-warm-hours 6 --max-warm 2 --reason r ' +
      '--canary 5,25 --canary-hold 60 --canary-min-requests 50 --canary-unsure goBack --approval-within 30 --approval-at-deadline switch ' +
      '--smoke-test-path /healthz --smoke-test-status 204 --smoke-test-text open --smoke-test-successes 5 --smoke-test-within 90'
    expect((await stub.run('clusters', 'create', 'shop-main', ...flags.split(' '))).exit).toBe(0)
    expect(JSON.parse(stub.asked[0]?.body ?? '')).toEqual({
      name: 'shop-main',
      image: 'i',
      min: 3,
      max: 9,
      desired: 6,
      vpc: 'vpc-1',
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      subnets: ['s1', 's2', 's3'],
      instanceType: 'm5.large',
      securityGroups: ['sg-1'],
      instanceProfile: 'p',
      environment: { A: '1', B: 'x=y,z' },
      scalingCpu: 50,
      loadBalancer: 'lb',
      listenerPort: 8090,
      host: ['a.example'],
      path: ['/x'],
      healthPath: '/h',
      healthIntervalSec: 10,
      healthTimeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
      matcher: '200-299',
      port: 8080,
      deregistrationDelaySec: 30,
      morning: '07:30',
      timeZone: 'Europe/Berlin',
      minWarmHours: 6,
      maxWarm: 2,
      reason: 'r',
      canarySteps: [5, 25],
      canaryHoldSec: 60,
      canaryMinRequests: 50,
      canaryUnsure: 'goBack',
      approvalWithinMin: 30,
      approvalAtDeadline: 'switch',
      smokeTestPath: '/healthz',
      smokeTestStatus: 204,
      smokeTestText: 'open',
      smokeTestSuccesses: 5,
      smokeTestWithinSec: 90,
    })
  })
})

describe('delling applications', () => {
  it('is called apps for short and registers with what the flags say', async () => {
    const stub = await stubConsole({ 'POST /applications': { status: 201, body: { name: 'shop' } } })
    cleanUps.push(() => stub.close())
    const { exit, stdout } = await stub.run(
      'apps',
      'create',
      'shop',
      '--owner',
      'Shop team',
      '--port',
      '8080',
      '--health-path',
      '/',
    )
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'Registered shop.\n' })
    expect(JSON.parse(stub.asked[0]?.body ?? '')).toEqual({
      name: 'shop',
      owner: 'Shop team',
      port: 8080,
      healthPath: '/',
    })
  })
})
