import { obstaclesTo, type Obstacle } from '../../domain/may-start.js'
import { parseClusterName, parseServerGroupName } from '../../domain/names.js'
import { isFrozen, isInForce, type Restraint } from '../../domain/restraint.js'
import type { Where } from '../../domain/scope.js'
import { counted } from './words.js'

/** What stands above a page while something it is about is on hold, stopped, frozen or outside its windows. */
export interface HoldBanner {
  readonly k: string
  readonly glyph: string
  readonly word: string
  readonly sentence: string
}

/** More than these would hide the page. */
const most = 3

const looks = {
  stop: ['k-bad', 'halted', 'Stopped'],
  hold: ['k-care', 'hold', 'On hold'],
  freeze: ['k-care', 'hold', 'Frozen'],
  window: ['k-idle', 'clock', 'Closed'],
} as const

/** The banners of a page: of where it is, and on pages about everything of every narrower scope too. */
export function holdBanners(
  restraints: readonly Restraint[],
  where: Where,
  now: Date,
): { readonly banners: readonly HoldBanner[]; readonly more: string | null } {
  const obstacles = [...obstaclesTo('deploy', restraints, where, now), ...narrower(restraints, where, now)]
  const left = obstacles.length - most
  return {
    banners: obstacles.slice(0, most).map(banner),
    more:
      left > 0
        ? `${counted(left, 'more thing')} ${left === 1 ? 'keeps' : 'keep'} changes from starting.`
        : null,
  }
}

/** Whoever looks at everything wants to know of a held cluster too; that its windows are closed is its own affair. */
function narrower(restraints: readonly Restraint[], where: Where, now: Date): readonly Obstacle[] {
  if (where.application) return []
  return restraints.flatMap((each) => {
    const { scope } = each
    const known = scope.level === 'application' || scope.level === 'cluster'
    const inForce =
      each.kind !== 'window' &&
      (each.kind === 'freeze' ? isFrozen(each, now) : !each.ended && isInForce(each, now))
    if (!known || each.ended || !inForce) return []
    const at =
      scope.level === 'cluster' ? whereNamed(scope.name, where) : { ...where, application: scope.name }
    return obstaclesTo('deploy', [each], at, now)
  })
}

function whereNamed(cluster: string, where: Where): Where {
  return { ...where, cluster, application: parseClusterName(cluster)?.application ?? null }
}

function banner({ kind, sentence }: Obstacle): HoldBanner {
  const [k, glyph, word] = looks[kind]
  const tail =
    kind === 'stop'
      ? 'Only what keeps the traffic safe is still done; rolling back takes a written reason.'
      : 'Rolling back stays possible.'
  return { k, glyph, word, sentence: `${sentence} ${tail}` }
}

/** Where a page is, by its address and the way to it. */
export function whereOfPage(
  path: string,
  hrefs: readonly string[],
  wide: Pick<Where, 'region' | 'timeZone'>,
): Where {
  const everywhere = { cluster: null, application: null, ...wide }
  for (const address of [path, ...hrefs]) {
    const [, kind, name = ''] = /^\/(clusters|groups|applications)\/([^/?#]+)/.exec(address) ?? []
    const cluster = kind === 'groups' ? (parseServerGroupName(name)?.cluster ?? null) : name
    const application =
      kind === 'applications' ? name : (parseClusterName(cluster ?? '')?.application ?? null)
    if (!kind || name === 'new' || !application) continue
    return { ...everywhere, application, cluster: kind === 'applications' ? null : cluster }
  }
  return everywhere
}
