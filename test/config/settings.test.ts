import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../../config/checkout.js'
import { ConfigurationError } from '../../config/configuration-error.js'
import { loadSettings } from '../../config/settings.js'

const defaults = join(checkout, 'config', 'default.yaml')
let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'delling-config-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = (env: Record<string, string> = {}, yaml?: string) => {
  const local = join(folder, 'local.yaml')
  writeFileSync(local, yaml ?? '')
  return loadSettings(env, [defaults, local])
}

function mistakesOf(env: Record<string, string>, yaml?: string): readonly string[] {
  try {
    load(env, yaml)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.sentences
    throw error
  }
  throw new Error('it was taken')
}

describe('settings', () => {
  it('work without any environment: a local cloud, brisk, on loopback, state in the checkout', () => {
    expect(load()).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      home: join(checkout, 'var'),
      cloud: 'local',
      region: 'us-east-1',
      pace: 'brisk',
      owner: 'delling',
    })
  })

  it('come from the environment before local.yaml before default.yaml', () => {
    const yaml = 'port: 4000\npace: zero\ndefaults: { instanceType: m5.large }\n'
    expect(load({ PORT: '5000' }, yaml)).toMatchObject({
      port: 5000,
      pace: 'zero',
      instanceType: 'm5.large',
      morning: '09:00',
    })
  })

  it('take a relative home from where the command was typed, and in a file from the checkout', () => {
    expect(load({ DELLING_HOME: 'elsewhere' }).home).toBe(join(process.cwd(), 'elsewhere'))
    expect(load({}, 'home: state').home).toBe(join(checkout, 'state'))
  })

  it('use the local cloud whatever AWS variables are around', () => {
    const env = {
      AWS_PROFILE: 'production',
      AWS_REGION: 'mars',
      AWS_ENDPOINT_URL: 'nonsense',
      DELLING_ACCOUNTS: 'x',
    }
    expect(load(env)).toMatchObject({
      cloud: 'local',
      region: 'us-east-1',
      accounts: [],
    })
    expect(load(env).endpoint).toBeUndefined()
  })

  it('ignore an endpoint when the cloud is AWS itself', () => {
    const env = {
      DELLING_CLOUD: 'aws',
      DELLING_ACCOUNTS: '123456789012, 210987654321',
      AWS_ENDPOINT_URL: 'http://x',
    }
    expect(load(env)).toMatchObject({ accounts: ['123456789012', '210987654321'] })
    expect(load(env).endpoint).toBeUndefined()
  })

  it('treat an empty variable as one that is not set', () => {
    expect(load({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 3000 })
  })

  it('name every mistake at once, each with the place to mend it', () => {
    const env = {
      PORT: '70000',
      DELLING_PACE: 'fast',
      DELLING_TIME_ZONE: 'Mars/Olympus',
      DELLING_MORNING: '25:00',
      HOST: 'here',
    }
    expect(mistakesOf(env, 'owner: Ours!\n')).toEqual([
      "PORT ('70000') must be a port number from 0 to 65535.",
      "HOST ('here') must be an IP address to listen on.",
      "DELLING_PACE ('fast') must be one of brisk, zero, real.",
      `owner in ${join(folder, 'local.yaml')} ('Ours!') must be 1 to 32 of a-z, 0-9 and dash, as it becomes a tag.`,
      "DELLING_MORNING ('25:00') must be a time of day such as 09:00.",
      "DELLING_TIME_ZONE ('Mars/Olympus') must be a time zone such as Europe/Berlin.",
    ])
  })

  it('never show a secret in a sentence', () => {
    const sentences = mistakesOf({
      DATABASE_URL: 'mysql://u:hunter2@h/d',
      DELLING_SESSION_SECRET: 'tooshort',
      DELLING_SLACK_SIGNING_SECRET: 'alsoshort',
    }).join('\n')
    expect(sentences).toContain('DATABASE_URL')
    expect(sentences).toContain('DELLING_SESSION_SECRET')
    expect(sentences).toContain('DELLING_SLACK_SIGNING_SECRET')
    expect(sentences).not.toMatch(/hunter2|tooshort|alsoshort/)
  })

  it.each([
    [{ DELLING_CLOUD: 'aws' }, /DELLING_ACCOUNTS is missing/],
    [{ DELLING_CLOUD: 'aws', DELLING_ACCOUNTS: '123' }, /12 digits/],
    [{ DELLING_CLOUD: 'endpoint' }, /AWS_ENDPOINT_URL is missing/],
    [{ DELLING_CLOUD: 'endpoint', AWS_ENDPOINT_URL: 'ftp://x' }, /http:\/\/ or https:\/\//],
    [{ DELLING_SLACK_PEOPLE: 'Ada=U012AB3CD' }, /as U012AB3CD=Ada/],
    [{ DELLING_CHANNEL_NETWORKS: '10.1.0.0' }, /such as 10\.1\.0\.0\/16/],
    [{ DELLING_CHANNEL_NETWORKS: '10.1.0.0/33' }, /such as 10\.1\.0\.0\/16/],
    [{ HOST: '0.0.0.0' }, /DELLING_PUBLIC_URL and DELLING_HOSTS are missing/],
  ])('refuse %j', (env, sentence) => {
    expect(mistakesOf(env).join('\n')).toMatch(sentence)
  })

  it('say when a file holds what is no setting or no YAML', () => {
    expect(mistakesOf({}, 'prot: 1\ndefaults: { morn: 1 }')).toEqual([
      expect.stringContaining('prot in'),
      expect.stringContaining('defaults.morn in'),
    ])
    expect(mistakesOf({}, 'a: [')).toEqual([expect.stringContaining('cannot be read')])
  })
})
