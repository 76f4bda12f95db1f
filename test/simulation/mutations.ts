import type { Mutation } from './compile.js'

const domain = (file: string) => `server/domain/${file}.ts`

/**
 * Deliberate bugs, each of which the simulation must catch: the model's rules switched off one by one, and mistakes that a
 * tired person could make in the engine. A piece that is no longer in the source fails the run, so the list stays true.
 */
export const mutations: readonly Mutation[] = [
  {
    name: 'no second look at health',
    what: 'next is switched to without being registered now',
    file: domain('decide-switch'),
    find: '  if (reason) return unready(turn, operation, reason)',
    replace: '  void reason',
  },
  {
    name: 'pin after the switch',
    what: 'the previous group is not held before it loses the traffic',
    file: domain('decide-switch'),
    find: '    pinPrevious(turn, operation) ??\n    countInDns',
    replace: '    countInDns',
  },
  {
    name: 'share left behind',
    what: 'an abort does not bring the share of a canary back',
    file: domain('decide-abort'),
    find: 'operation.canary ? weightsBack(turn, operation) : null',
    replace: 'null as ReturnType<typeof weightsBack>',
  },
  {
    name: 'test rule forgotten',
    what: 'a test rule that has done its work is never deleted',
    file: domain('decide-turn'),
    find: 'if (!isBehind) yield repayTestRules(turn)',
    replace: 'void repayTestRules',
  },
  {
    name: 'live tested for next',
    what: 'test requests go without their secret header, so that the live group answers them',
    file: domain('smoke-test'),
    find: 'headers: Object.fromEntries(headers)',
    replace: 'headers: {}',
  },
  {
    name: 'canary without a hold',
    what: 'a share is sent while the previous group may still shrink',
    file: domain('decide-canary'),
    find: 'return pinPrevious(turn, operation) ?? growNext(turn, operation)',
    replace: 'return growNext(turn, operation)',
  },
  {
    name: 'suspensions forgotten',
    what: 'the ledger says repaid while processes are still suspended',
    file: domain('decide-ledger'),
    find: 'if (extra.length > 0)',
    replace: 'if (extra.length > 99)',
  },
  {
    name: 'last original wins',
    what: 'a debt that is open takes the present value for the original',
    file: 'server/engine/deed-change.ts',
    find: 'if (open) return { ...open, attempted',
    replace: 'if (open) return { ...open, original: debt.original, attempted',
  },
  {
    name: 'copied from the pinned group',
    what: 'a new group keeps the raised MinSize for ever',
    file: domain('decide-launch'),
    find: 'original: { min: group.size.min, max: group.size.max }',
    replace: 'original: { min: desired, max }',
  },
  {
    name: 'destroyed before de-listed',
    what: 'a group is emptied while it stands in the rule',
    file: domain('decide-retirement'),
    find: 'if (!rule || !arn || !isListed(rule, arn))',
    replace: 'if (isListed(rule, arn) || true)',
  },
  {
    name: 'lease ignored',
    what: 'a request is sent without asking whether the lease still holds',
    file: 'server/engine/advance-cluster.ts',
    find: 'parts.cloud.perform(call, lease.check, lease.signal)',
    replace: 'parts.cloud.perform(call, () => undefined, lease.signal)',
  },
  {
    name: 'done and called not sent',
    what: 'an answer that comes too late to be recorded is recorded as a request that was never sent',
    file: 'server/engine/advance-cluster.ts',
    find: 'parts.store.answerIntent(lease.current, intent.id, { ...sent.answered, ...more })',
    replace: `parts.store
      .answerIntent(lease.current, intent.id, { ...sent.answered, ...more })
      .catch(async (late: unknown) => {
        const answered = { answered: 'not sent' as const, requestId: null, message: '' }
        await parts.store.answerIntent(lease.current, intent.id, answered)
        throw late
      })`,
  },
  {
    name: 'cancel ignored',
    what: 'a cancel before the switch does not stop it',
    file: domain('decide-turn'),
    find: 'if (cancelled && isUndoable(operation))',
    replace: "if (cancelled && operation.phase === 'queued' && isUndoable(operation))",
  },
  {
    name: 'late switch not recognised',
    what: 'an unanswered change that lands is taken for a stranger’s',
    file: domain('explain-rule'),
    find: '  if (landed) return step(landed)',
    replace: '  void landed',
  },
  {
    name: 'old answers believed',
    what: 'a rule that still shows our previous value is taken for a stranger’s change',
    file: domain('explain-rule'),
    find: '  if (mayBeOld)',
    replace: '  if (mayBeOld && cluster.name === "")',
  },
  {
    name: 'one absence is enough',
    what: 'a group that one answer lacks is believed to be gone',
    file: domain('decide-turn'),
    find: 'if (young || !since || sinceMs(turn, since) < timings.goneMs)',
    replace: 'if (young && !since)',
  },
  {
    name: 'no fence',
    what: 'a group is given up while an unanswered switch to it may still land',
    file: domain('fence'),
    find: "operation.kind === 'switchBack' || open.length === 0",
    replace: "operation.kind === 'switchBack' || open.length >= 0",
  },
  {
    name: 'switches over open tickets',
    what: 'a switch does not wait for an unanswered change that could land after it',
    file: domain('decide-switch'),
    find: '  if (blocked) return blocked',
    replace: '  void blocked',
  },
  {
    name: 'no last survivor',
    what: 'the last group that came through a night goes like any other',
    file: domain('retirement-guard'),
    find: "if (group.survived.length === 0 || !['warm', 'retiring'].includes(group.role)) return null",
    replace: 'if (group.survived.length >= 0) return null',
  },
  {
    name: 'lease given up between polls',
    what: 'what was seen several times in a row begins anew with each holder',
    file: 'server/engine/loop.ts',
    find: 'return Math.max(shortestKeptMs, 2 * this.parts.timings.pollMs)',
    replace: 'return shortestKeptMs',
  },
  {
    name: 'unreadiness kept quiet',
    what: 'nobody is told that the warm group could not take the traffic',
    file: domain('steward'),
    find: "if (readiness.state !== 'ready' && !group.degradedSince)",
    replace: "if (readiness.state !== 'ready' && group.degradedSince)",
  },
  {
    name: 'need not read again',
    what: 'live has grown since, and next is switched to at its old size',
    file: domain('decide-switch'),
    find: "if (operation.kind !== 'switchBack') return reasonNotRegistered(to, needed, 3)",
    replace:
      "if (operation.kind !== 'switchBack') return reasonNotRegistered({ ...to, autoScaling: to.autoScaling && { ...to.autoScaling, desired: 1 } }, 1, 3)",
  },
  {
    name: 'returns blindly',
    what: 'traffic is sent back without looking whether the group can take it',
    file: domain('decide-after-switch'),
    find: '  const reason = reasonNoReturn(turn, operation)\n  if (reason) {',
    replace: '  const reason = reasonNoReturn(turn, operation)\n  if (reason === operation.id) {',
  },
  {
    name: 'restores the desired capacity too',
    what: 'a live group that has grown is shrunk when its MinSize is repaid',
    file: 'server/cloud/scaling-group-requests.ts',
    find: '      MinSize: call.min,\n      ...(call.max',
    replace: '      MinSize: call.min, DesiredCapacity: call.min,\n      ...(call.max',
  },
  {
    name: 'two zones are enough',
    what: 'next is switched to over fewer than three zones',
    file: domain('decide-switch'),
    find: "if (operation.kind !== 'switchBack') return reasonNotRegistered(to, needed, 3)",
    replace: "if (operation.kind !== 'switchBack') return reasonNotRegistered(to, needed, 1)",
  },
  {
    name: 'writes without reading again',
    what: 'a rule that somebody changed since the look is overwritten',
    file: 'server/cloud/modify-rule.ts',
    find: '  if (!sameTraffic(entries, call.before)) {',
    replace: '  if (entries.length > 99) {',
  },
  {
    name: 'only the last attempt is remembered',
    what: 'a value that was set before a refused raise is taken for a stranger’s',
    file: 'server/engine/deed-change.ts',
    find: 'attempted: [...open.attempted, debt.attempted]',
    replace: 'attempted: [debt.attempted]',
  },
  {
    name: 'destroyed before unanswered requests end',
    what: 'a late create makes again what was destroyed',
    file: domain('decide-retirement'),
    find: 'const landing = lastLanding(open, turn.timings)',
    replace: 'const landing = lastLanding(open.slice(99), turn.timings)',
  },
  {
    name: 'retired whatever live is like',
    what: 'the warm group is shrunk while live could not serve without it',
    file: domain('decide-retirement'),
    find: '  if (reason) return wait(turn, operation, reason)\n  const landing',
    replace: '  void reason\n  const landing',
  },
  {
    name: 'a name is given again',
    what: 'the number of a destroyed group is taken for the next one',
    file: domain('decide-launch'),
    find: 'const push = 1 + Math.max(cluster.lastPush, ...pushesSeen(cluster, listing))',
    replace: 'const push = 1 + Math.max(0, ...pushesSeen(cluster, listing))',
  },
  {
    name: 'unseen is gone',
    what: 'a new group that AWS does not show yet is believed to be deleted',
    file: domain('decide-turn'),
    find: 'const young = sinceMs(turn, group.createdAt) < timings.visibilityMs',
    replace: 'const young = sinceMs(turn, group.createdAt) < 0',
  },
  {
    name: 'rejected groups stay listed',
    what: 'a rejected group keeps its place in the rule',
    file: domain('decide-listing'),
    find: "if (!['rejected', 'failed', 'lost'].includes(group.role)) return false",
    replace: "if (group.role !== 'lost') return false",
  },
  {
    name: 'records are not compared again',
    what: 'what a person asked between the decision and its record is overlooked',
    file: 'server/engine/advance-cluster.ts',
    find: 'commitTurn(lease.current, state.cluster.version, change)',
    replace: 'commitTurn(lease.current, null, change)',
  },
]
