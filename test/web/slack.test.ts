import { createHmac, randomUUID } from 'node:crypto'
import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { isSignedBySlack } from '../../server/web/guard/slack-signature.js'
import { commandOf } from '../../server/web/slack/command.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { byProvider } from '../support/known-person.js'
import { MemoryConfirmations } from '../support/memory-confirmations.js'
import { until } from '../support/until.js'

const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5'

describe('Slack’s signature', () => {
  // The example of Slack's own documentation.
  const body = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  )
  const timestamp = '1531420618'
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
  const at = 1_531_420_618_000

  it('is that of its documentation', () => {
    expect(isSignedBySlack(signingSecret, { timestamp, signature, body }, at)).toBe(true)
  })

  it('is good for five minutes, either way', () => {
    const good = (offMs: number) => isSignedBySlack(signingSecret, { timestamp, signature, body }, at + offMs)
    expect([good(299_000), good(-299_000), good(301_000), good(-301_000)]).toEqual([true, true, false, false])
  })

  it('is bad where anything differs or lacks', () => {
    const given = { timestamp, signature, body }
    for (const other of [
      { ...given, body: Buffer.from(`${body.toString()}x`) },
      { ...given, timestamp: '1531420619' },
      { ...given, timestamp: undefined },
      { ...given, timestamp: '' },
      { ...given, timestamp: '1531420618.5' },
      { ...given, signature: undefined },
      { ...given, signature: 'v0=' },
      { ...given, signature: signature.replace('v0', 'v1') },
      { ...given, signature: signature.slice(0, -1) },
    ])
      expect(isSignedBySlack(signingSecret, other, at)).toBe(false)
    expect(isSignedBySlack('another', given, at)).toBe(false)
  })
})

describe('what is typed', () => {
  it.each([
    ['', { verb: 'help' }],
    [' help ', { verb: 'help' }],
    ['Status', { verb: 'status', cluster: null }],
    ['status shop-main', { verb: 'status', cluster: 'shop-main' }],
    ['history shop-main', { verb: 'history', cluster: 'shop-main' }],
    ['rollback shop-main', { verb: 'rollback', cluster: 'shop-main', code: null }],
    ['rollback Shop-Main confirm ABC234', { verb: 'rollback', cluster: 'Shop-Main', code: 'abc234' }],
    [
      'hold shop-main  the tills  are counted',
      { verb: 'hold', cluster: 'shop-main', reason: 'the tills are counted' },
    ],
    ['hold shop-main', { verb: 'unknown', said: 'hold shop-main' }],
    ['rollback', { verb: 'unknown', said: 'rollback' }],
    ['rollback shop-main now', { verb: 'unknown', said: 'rollback shop-main now' }],
    ['rollback shop-main confirm', { verb: 'unknown', said: 'rollback shop-main confirm' }],
    ['rollback shop-main confirm a b', { verb: 'unknown', said: 'rollback shop-main confirm a b' }],
    ['destroy shop-main', { verb: 'unknown', said: 'destroy shop-main' }],
  ])('“%s” is %j', (text, command) => {
    expect(commandOf(text)).toEqual(command)
  })
})

describe('slash commands', () => {
  let world: FakeWorld
  let app: ReturnType<typeof consoleOver>['app']
  let confirmations: MemoryConfirmations
  let late: { url: string; message: { text?: string } }[]

  beforeEach(() => {
    world = demoWorld()
    confirmations = new MemoryConfirmations()
    late = []
    app = over({})
  })

  function over(more: { answerWithinMs?: number; signingSecret?: string | null }) {
    return consoleOver(world, {
      slack: {
        signingSecret,
        people: { U01ADA: 'Ada', U02GRACE: 'Grace' },
        confirmations,
        lateReplies: { send: async (url, message) => void late.push({ url, message }) },
        ...more,
      },
    }).app
  }

  function signed(text: string, user = 'U01ADA', at = Date.now()) {
    const body = new URLSearchParams({
      user_id: user,
      command: '/delling',
      text,
      response_url: 'https://hooks.slack.com/commands/T1/1/x',
      // As Slack has it: another one for each command.
      trigger_id: randomUUID(),
    }).toString()
    const timestamp = String(Math.floor(at / 1000))
    const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
    return { body, timestamp, signature: `v0=${digest}` }
  }

  const post = ({ body, timestamp, signature }: ReturnType<typeof signed>) =>
    request(app)
      .post('/slack/commands')
      .type('form')
      .set({ 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature })
      .send(body)

  async function say(text: string, user?: string): Promise<{ text: string; response_type: string }> {
    const reply = await post(signed(text, user)).expect(200)
    return reply.body as { text: string; response_type: string }
  }

  const switchBacks = () =>
    world.states.get('account-web')!.operations.filter(({ kind }) => kind === 'switchBack')

  it('are done once, also where a copy comes within the five minutes', async () => {
    const command = signed('hold account-web a release is looked into')
    const first = await post(command).expect(200)
    expect((first.body as { text: string }).text).toContain('puts')
    const again = await post(command).expect(200)
    expect((again.body as { text: string }).text).toBe('This command came before. Nothing was done again.')
    expect(world.log.filter(({ type }) => type === 'HoldPlaced')).toHaveLength(1)
  })

  it('without a good signature read nothing and do nothing', async () => {
    const good = signed('status')
    await post({
      ...good,
      signature: good.signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    }).expect(401)
    await post({ ...good, body: good.body.replace('status', 'help') }).expect(401)
    await post(signed('status', 'U01ADA', Date.now() - 6 * 60_000)).expect(401)
    const { text } = await request(app).post('/slack/commands').type('form').send('text=status').expect(401)
    expect(text).toBe('This is not signed by Slack, or too old. Nothing was done.\n')
    app = over({ signingSecret: null })
    await post(good).expect(404)
  })

  it('are not opened by a token or a session', async () => {
    await request(app)
      .post('/slack/commands')
      .set('Authorization', 'Bearer token-1')
      .type('form')
      .send('text=status&user_id=U01ADA')
      .expect(401)
  })

  it('of somebody who is nobody here are answered with that alone', async () => {
    for (const user of ['U99EVE', 'constructor', '__proto__', ''])
      for (const text of ['status', 'history', 'rollback account-web', 'help']) {
        const said = await say(text, user)
        expect(said.text).toContain('does not know you')
        expect(JSON.stringify(said)).not.toContain('account-web')
      }
    expect(switchBacks()).toEqual([])
  })

  it('say what is live, and what of one cluster', async () => {
    const all = await say('status')
    expect(all.response_type).toBe('ephemeral')
    expect(all.text).toContain('/clusters/account-web|account-web>')
    expect(all.text).toContain('/clusters/shop-main|shop-main>')
    const one = await say('status account-web')
    expect(one.text).toContain('v117 carries all traffic')
    expect(one.text).toMatch(/• v117 live, 100 % of the traffic, \d+ of \d+ healthy/)
  })

  it('say what happened last, with when and who', async () => {
    world.addEvent({
      at: new Date('2026-11-19T14:00:00Z'),
      stream: 'cluster:account-web',
      cluster: 'account-web',
      application: 'account',
      actor: { name: 'Ada', via: 'console' },
      type: 'Kept',
      sentence: 'Kept for <!channel> & co.',
      data: {},
    })
    const { text } = await say('history account-web')
    expect(text).toContain('Kept for &lt;!channel&gt; &amp; co. (Ada)')
    expect(text).toContain('<!date^1795096800^')
    expect((await say('history nowhere-main')).text).toContain('There is no cluster nowhere-main')
    expect((await say('history')).text).toContain('account-web: Kept for')
  })

  it('roll back only with the code that was given out, once, within two minutes, to who asked', async () => {
    const asked = await say('rollback account-web')
    expect(asked.text).toMatch(/sends all traffic from v117 to v116/)
    const code = /confirm ([a-z0-9]{6})`/.exec(asked.text)?.[1] ?? ''
    expect(code).not.toBe('')
    expect(switchBacks()).toEqual([])

    expect((await say('rollback account-web confirm zzzzzz')).text).toContain('Nothing was changed')
    expect((await say(`rollback account-web confirm ${code}`, 'U02GRACE')).text).toContain('is not yours')
    expect((await say(`rollback shop-main confirm ${code}`)).text).toContain('Nothing was changed')
    expect(switchBacks()).toEqual([])

    const done = await say(`rollback account-web confirm ${code}`)
    expect(done.response_type).toBe('in_channel')
    expect(done.text).toContain('Ada rolls')
    expect(switchBacks()).toHaveLength(1)
    expect(switchBacks()[0]?.request).toMatchObject({
      actor: { name: 'Ada', via: 'slack' },
      reason: 'via Slack',
      group: 'account-web-v116',
      markBad: true,
    })
    expect(world.log.at(-1)).toMatchObject({ type: 'Requested', actor: { name: 'Ada', via: 'slack' } })

    expect((await say(`rollback account-web confirm ${code}`)).text).toContain('was used')
    expect(switchBacks()).toHaveLength(1)
  })

  it('do not roll back with a code that is too old, or after the traffic has moved', async () => {
    const codeOf = async () => /confirm (\w+)`/.exec((await say('rollback account-web')).text)?.[1] ?? ''
    const old = await codeOf()
    confirmations.nowMs += 120_000
    expect((await say(`rollback account-web confirm ${old}`)).text).toContain('older than 2 minutes')
    const code = await codeOf()
    const state = world.states.get('account-web')!
    const groups = state.groups.map((group) => ({
      ...group,
      role:
        group.name === 'account-web-v116'
          ? ('live' as const)
          : group.role === 'live'
            ? ('warm' as const)
            : group.role,
    }))
    world.states.set('account-web', { ...state, groups })
    expect((await say(`rollback account-web confirm ${code}`)).text).toContain('has moved since you asked')
    expect(switchBacks()).toEqual([])
  })

  it('put a cluster on hold, with who and why', async () => {
    const said = await say('hold account-web the tills are <counted>')
    expect(said).toMatchObject({
      response_type: 'in_channel',
      text: expect.stringMatching(
        /Ada puts .*account-web.* on hold: the tills are &lt;counted&gt;/,
      ) as string,
    })
    expect(world.log.at(-1)).toMatchObject({ type: 'HoldPlaced', actor: { name: 'Ada', via: 'slack' } })
    expect((await say('hold nowhere-main now')).text).toContain('There is no cluster nowhere-main')
  })

  it('pass on why something is refused', async () => {
    expect((await say('rollback nowhere-main')).text).toMatch(/nowhere-main.*Nothing was changed/)
    expect((await say('explode')).text).toContain('There is no command “explode”. Nothing was changed.')
  })

  it('go by the roles of the console, and say of what may not be seen that it is not there', async () => {
    const under = consoleOver(world, {
      slack: {
        signingSecret,
        people: { U01ADA: 'ada@example.com', U02GRACE: 'grace@example.com' },
        confirmations,
      },
      signIn: byProvider,
    })
    app = under.app
    await under.people.add('ada@example.com', [{ role: 'viewer', application: 'account' }])
    expect((await say('status account-web')).text).toContain('v117 carries all traffic')
    const all = (await say('status')).text
    expect([all.includes('account-web'), all.includes('shop-main')]).toEqual([true, false])
    expect((await say('history')).text).not.toContain('shop-main')
    for (const text of ['status shop-main', 'history shop-main', 'rollback shop-main', 'hold shop-main now'])
      expect((await say(text)).text).toMatch(/There is no cluster “?shop-main/)
    expect((await say('rollback account-web')).text).toContain('may not roll back')
    expect(world.log.at(-1)).toMatchObject({
      type: 'AccessRefused',
      actor: { name: 'ada@example.com', via: 'slack' },
    })
    expect((await say('status', 'U02GRACE')).text).toContain('may not look at this')
    expect(switchBacks()).toEqual([])
  })

  it('that hold a character that is none are refused', async () => {
    expect((await say('status a\u0000b')).text).toContain('a character that is none')
  })

  it('that take longer than Slack waits are answered later', async () => {
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => (letGo = resolve))
    const parts = world.parts()
    const logLines: typeof parts.history.logLines = async (filter) => {
      await gate
      return parts.history.logLines(filter)
    }
    world.parts = () => ({ ...parts, history: { ...parts.history, logLines } })
    app = over({ answerWithinMs: 10 })
    expect((await say('history account-web')).text).toContain('the answer follows here')
    expect(late).toEqual([])
    letGo()
    await until(() => late.length === 1)
    expect(late[0]?.url).toBe('https://hooks.slack.com/commands/T1/1/x')
    expect(late[0]?.message.text).toContain('/log?cluster=account-web|All of it>')
  })

  it('of an endless size are refused', async () => {
    const { text } = await request(app)
      .post('/slack/commands')
      .type('form')
      .send(`text=${'x'.repeat(100_000)}`)
      .expect(413)
    expect(text).toContain('larger than allowed')
  })
})
