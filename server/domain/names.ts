/**
 * Names after frigga's grammar: `app[-stack[-detail]]-v012`. An application holds letters, digits, `.` and `_`; a stack
 * the same; a detail may also hold `-`. A push number is read with 3 to 6 digits and written with at least 3.
 */
export interface ClusterNameParts {
  readonly application: string
  readonly stack: string | null
  readonly detail: string | null
}

const applicationPattern = /^[a-z][a-z0-9._]*$/
const stackPattern = /^[a-z0-9._]+$/
/** frigga also allows `~` and `^` here; AWS refuses both in a launch template's name. */
const detailPattern = /^[a-z0-9._-]+$/
const pushSuffix = /-v\d{3,6}$/
const serverGroupPattern = /^(.+)-v(\d{3,6})$/

/** AWS allows 32 characters for a target group and 255 for a group; longer names are unreadable long before that. */
const maxClusterNameLength = 100

/** Why this can't be an application's name, in a sentence; null when it can. */
export function reasonBadApplicationName(name: string): string | null {
  if (name === '') return 'An application needs a name.'
  if (name.length > 40) return `An application's name has at most 40 characters; this one has ${name.length}.`
  if (!applicationPattern.test(name))
    return `“${name}” can't name an application: use lower-case letters, digits, “.” and “_”, beginning with a letter (no “-”: it parts application, stack and detail).`
  if (/^v\d{3,6}$/.test(name)) return `“${name}” would read as a push number; choose another name.`
  return null
}

/** Why this can't be a cluster's name, in a sentence; null when it can. */
export function reasonBadClusterName(name: string): string | null {
  if (name.length > maxClusterNameLength)
    return `A cluster's name has at most ${maxClusterNameLength} characters; this one has ${name.length}.`
  if (pushSuffix.test(name))
    return `“${name}” ends in a push number, which only a server group's name does; leave “${name.match(pushSuffix)?.[0] ?? ''}” off.`
  const parts = parseClusterName(name)
  if (!parts)
    return `“${name}” can't name a cluster: it is app[-stack[-detail]], of lower-case letters, digits, “.” and “_”.`
  return reasonBadApplicationName(parts.application)
}

/** Takes `shop`, `shop-main` or `shop-main-eu.west-1` apart; null when it is outside the grammar. */
export function parseClusterName(name: string): ClusterNameParts | null {
  const [application = '', stack, ...rest] = name.split('-')
  const detail = rest.length > 0 ? rest.join('-') : undefined
  if (!applicationPattern.test(application)) return null
  if (stack !== undefined && stack !== '' && !stackPattern.test(stack)) return null
  if (stack === '' && detail === undefined) return null
  if (detail !== undefined && !detailPattern.test(detail)) return null
  return { application, stack: stack || null, detail: detail ?? null }
}

/** The inverse of parseClusterName. A detail without a stack is written `app--detail`. */
export function clusterName(parts: ClusterNameParts): string {
  const { application, stack, detail } = parts
  if (detail) return `${application}-${stack ?? ''}-${detail}`
  return stack ? `${application}-${stack}` : application
}

/** `shop-main` and 12 → `shop-main-v012`; 1000 → `shop-main-v1000`. */
export function serverGroupName(cluster: string, push: number): string {
  return `${cluster}-v${String(push).padStart(3, '0')}`
}

/** Takes `shop-main-v012` apart; null when the name carries no push number or its cluster is outside the grammar. */
export function parseServerGroupName(name: string): { cluster: string; push: number } | null {
  const match = serverGroupPattern.exec(name)
  if (!match) return null
  const [, cluster = '', digits = ''] = match
  return parseClusterName(cluster) ? { cluster, push: Number(digits) } : null
}

/** `shop-main-v012` → `v012`, which is how pages name a group inside its cluster. */
export function pushLabel(serverGroup: string): string {
  return /v\d{3,6}$/.exec(serverGroup)?.[0] ?? serverGroup
}

/**
 * The target group's name: at most 32 characters of letters, digits and hyphens, unique in account and region. The hash of
 * the cluster's whole name keeps two long clusters with one beginning apart; the caller hands it in (8 hex digits).
 */
export function targetGroupName(cluster: string, push: number, hash8: string): string {
  const suffix = `-${hash8}-v${String(push).padStart(3, '0')}`
  const short = cluster
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 32 - suffix.length)
    .replace(/^-+|-+$/g, '')
  return `${short}${suffix}`
}
