import type { SeenListener, SeenRule } from './balancing.js'
import { isTestRule } from './smoke-test.js'
import { stateNamed, stateOfRule, type Surroundings } from './surroundings.js'

/**
 * Whose a rule is. `cluster`: the recorded rule of a cluster. `test`: one that leads a smoke test to a new group. `marked`:
 * it carries our mark and no record names it. `elsewhere`: another Delling’s. `foreign`: not made by any.
 */
export interface RuleOwner {
  readonly kind: 'cluster' | 'test' | 'marked' | 'elsewhere' | 'foreign'
  /** Of ours; of a marked one and another Delling’s as the mark says. */
  readonly cluster: string | null
  readonly words: string
}

export function ruleOwner(rule: SeenRule, listener: SeenListener, around: Surroundings): RuleOwner {
  const recorded = stateOfRule(around, rule.ruleArn)
  if (recorded) return ofCluster(recorded.cluster.name)
  const tags = rule.isDefault ? listener.tags : rule.tags
  const [marked, by] = [tags['delling:cluster'] ?? null, tags['delling:owner'] ?? null]
  if (by === null) return { kind: 'foreign', cluster: null, words: 'somebody else' }
  if (by !== around.owner)
    return {
      kind: 'elsewhere',
      cluster: marked,
      words: `another Delling, ${by}${marked ? `, cluster ${marked}` : ''}`,
    }
  const known = marked === null ? null : (stateNamed(around, marked)?.cluster ?? null)
  if (known && isTestRule(rule))
    return { kind: 'test', cluster: known.name, words: `the smoke test of ${known.name}` }
  // The default rule is the listener’s, which its first cluster made; a rule before it is recorded is on its way.
  if (known && (rule.isDefault || known.ruleArn === null)) return ofCluster(known.name)
  return {
    kind: 'marked',
    cluster: marked,
    words: `this Delling’s mark, but no record${marked ? `: cluster ${marked}` : ''}`,
  }
}

const ofCluster = (cluster: string): RuleOwner => ({ kind: 'cluster', cluster, words: `cluster ${cluster}` })
