import type { ClusterView } from '../../engine/cluster-view.js'

/** Says that a cluster answers on another port than it was asked for; null where it has the one it was asked for. */
export function otherPort({ url, cluster }: Pick<ClusterView, 'url' | 'cluster'>): string | null {
  if (!url || !URL.canParse(url)) return null
  const { port, protocol } = new URL(url)
  const answers = Number(port || (protocol === 'https:' ? 443 : 80))
  const asked = cluster.settings.balancer.listenerPort
  return answers === asked ? null : `${asked} was taken here: it answers on ${answers}.`
}
