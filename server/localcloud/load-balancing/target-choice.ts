import { dimensionOf } from './records.js'
import type { Exchange } from './exchange.js'
import { type Route, pickGroup } from './routing-table.js'
import { stuckGroup, stuckTarget } from './stickiness.js'
import type { Target } from './target.js'
import type { TargetGroup } from './target-group.js'
import type { TargetRegistry } from './target-registry.js'

/** The group that one request goes to, and the targets of it that were tried in vain. */
export class TargetChoice {
  private readonly tried = new Set<Target>()

  private constructor(
    readonly route: Route,
    readonly group: TargetGroup,
    /** The group as CloudWatch names it. */
    readonly dimension: string,
    private readonly exchange: Exchange,
  ) {}

  /** Undefined when no group has any weight: the answer is 503. The group is never changed afterwards, as in AWS. */
  static of(route: Route, exchange: Exchange, registry: TargetRegistry): TargetChoice | undefined {
    const arn = stuckGroup(route, exchange) ?? pickGroup(route, Math.random())?.targetGroupArn
    const group = arn === undefined ? undefined : registry.group(arn)
    return group && new TargetChoice(route, group, dimensionOf(group.record.arn), exchange)
  }

  /** The next target to try; undefined when all that may be asked have failed or there is none. */
  next(): Target | undefined {
    const stuck = this.tried.size === 0 ? stuckTarget(this.group, this.exchange) : undefined
    const target = stuck ?? this.group.pick(this.tried)
    if (target) this.tried.add(target)
    return target
  }

  get hasTried(): boolean {
    return this.tried.size > 0
  }
}
