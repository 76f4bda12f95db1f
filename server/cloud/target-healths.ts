import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { SeenTarget, SeenTargetGroup } from '../domain/balancing.js'
import type { AccountLeave } from '../engine/ports-account.js'
import type { Clock } from '../engine/ports.js'
import { inTurns } from './in-turns.js'
import { observedTarget } from './observe-targets.js'
import { targetHealthOf } from './target-group-answers.js'
import { orNull } from './tolerant-reads.js'

type TargetGroupName = Pick<SeenTargetGroup, 'arn' | 'port'>

interface SeenHealth {
  readonly targets: readonly SeenTarget[]
  readonly at: Date
}

/** Requests that may be under way at once. */
const parallel = 4
/** So many target groups are asked for their health in one look at the account; the others are those of the looks after it. */
const mostAsked = 60
/** The engine looks at each cluster about this often, in an account that it can look at in time. */
const engineLookMs = 15 * 60_000

/**
 * The health of an account's target groups. Each costs a request, and an account may have more of them than a look can ask
 * for: those that the engine has just looked at are not asked for, and of the others who waited longest goes first.
 */
export class TargetHealths {
  private readonly asked = new Map<string, SeenHealth>()

  constructor(
    private readonly client: ElasticLoadBalancingV2Client,
    private readonly looks: Pick<AccountLeave, 'targetsSeen' | 'keepTargetsOf'>,
    private readonly clock: Clock,
  ) {}

  /**
   * What is known of each by ARN; one that was not asked for yet is missing.
   *
   * @param leave awaited before each request
   */
  async look(
    groups: readonly TargetGroupName[],
    leave: () => Promise<void>,
  ): Promise<ReadonlyMap<string, SeenHealth>> {
    this.keepOnly(new Set(groups.map(({ arn }) => arn)))
    const shown = new Map(groups.flatMap((group) => this.shownByEngine(group)))
    const due = groups
      .filter(({ arn }) => !shown.has(arn))
      .sort((a, b) => this.askedMs(a) - this.askedMs(b))
      .slice(0, mostAsked)
    await inTurns(due, parallel, async ({ arn }) => {
      await leave()
      await this.ask(arn)
    })
    return new Map([...this.asked, ...shown])
  }

  private shownByEngine({ arn, port }: TargetGroupName): [string, SeenHealth][] {
    const seen = this.looks.targetsSeen(arn, engineLookMs)
    return seen ? [[arn, { at: seen.at, targets: seen.targets.map((each) => ({ ...each, port })) }]] : []
  }

  private askedMs({ arn }: TargetGroupName): number {
    return this.asked.get(arn)?.at.getTime() ?? 0
  }

  private async ask(arn: string): Promise<void> {
    const at = this.clock.now()
    const targets = await seenTargetsOf(this.client, arn)
    if (targets) this.asked.set(arn, { targets, at })
  }

  private keepOnly(arns: ReadonlySet<string>): void {
    for (const arn of this.asked.keys()) if (!arns.has(arn)) this.asked.delete(arn)
    this.looks.keepTargetsOf(arns)
  }
}

/** Null: there is no such target group any more. */
export async function seenTargetsOf(
  client: ElasticLoadBalancingV2Client,
  arn: string,
): Promise<readonly SeenTarget[] | null> {
  const health = await orNull(() => targetHealthOf(client, arn))
  return health && health.map((each) => ({ ...observedTarget(each), port: each.Target?.Port ?? null }))
}
