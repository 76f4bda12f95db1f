import type { Cluster } from '../domain/cluster.js'
import { zonedTime } from '../domain/decide-after-switch.js'
import { Refusal } from '../domain/refusal.js'

/** Who retired it or gave it back, when, and what is left of it; null while it is there. */
export function retiredSentence({ retired, policy }: Pick<Cluster, 'retired' | 'policy'>): string | null {
  if (!retired) return null
  const at = zonedTime(retired.at, policy.timeZone)
  return retired.givenBack
    ? `${retired.by} gave it back ${at}; it stands in AWS as it was left.`
    : `${retired.by} retired it ${at}; nothing of it is left in AWS.`
}

/** Throws a refusal for a cluster that is retired or given back: nothing can be asked of it but to begin anew. */
export function refuseRetired(cluster: Cluster): void {
  const sentence = retiredSentence(cluster)
  if (!sentence) return
  const { name, retired } = cluster
  const again = retired?.givenBack
    ? { label: 'Adopt it again', href: `/adopt/${name}`, command: `delling adopt ${name} --plan` }
    : {
        label: 'Create it again',
        href: `/clusters/new?name=${name}`,
        command: `delling clusters create ${name} --image <image>`,
      }
  throw new Refusal(
    'ClusterRetired',
    `${name} is ${retired?.givenBack ? 'given back' : 'retired'}: ${sentence} Nothing was changed.`,
    'conflict',
    { ways: [again, { label: 'See its history', href: `/clusters/${name}` }] },
  )
}
