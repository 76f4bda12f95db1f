/** What a generated big account consists of, by name. */
export interface BigCluster {
  readonly application: string
  readonly name: string
  /** Its place among its application's clusters. */
  readonly nth: number
  /** Oldest first: the last one carries the traffic, those before it are warm. */
  readonly groups: readonly string[]
}

const applications = (
  'account basket billing catalog checkout consent coupon delivery export feed fraud gateway invoice ' +
  'ledger loyalty mail media order payment price profile rating search stock tax'
).split(' ')
const stacks = 'main web api jobs edge batch admin mobile partner eu'.split(' ')
const groupsOfCluster = 4

/** How many instances each of its groups has. */
export const instancesOfGroup = 20

/** The clusters of an account with so many server groups, four in each, ten clusters in an application. */
export function bigAccountLayout(serverGroups: number): readonly BigCluster[] {
  return Array.from({ length: Math.ceil(serverGroups / groupsOfCluster) }, (_, index) => {
    const application = applicationName(Math.floor(index / stacks.length))
    const nth = index % stacks.length
    const name = `${application}-${stacks[nth] ?? ''}`
    const count = Math.min(groupsOfCluster, serverGroups - index * groupsOfCluster)
    const groups = Array.from({ length: count }, (_each, push) => `${name}-v00${push + 1}`)
    return { application, name, nth, groups }
  })
}

function applicationName(index: number): string {
  const round = Math.floor(index / applications.length)
  return `${applications[index % applications.length] ?? ''}${round === 0 ? '' : round + 1}`
}
