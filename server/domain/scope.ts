/** What a hold, a stop, a window or a freeze is about. */
export type Scope =
  { readonly level: 'all' } | { readonly level: 'region' | 'application' | 'cluster'; readonly name: string }

/** Where something is to be started; a bake has no cluster. */
export interface Where {
  readonly cluster: string | null
  readonly application: string | null
  readonly region: string
  /** The zone in which a sentence about it names its times. */
  readonly timeZone: string
}

/** `all`, `region:eu-west-1`, `application:shop`, `cluster:shop-main`; null where a text is none of these. */
export function parseScope(text: string): Scope | null {
  if (text === 'all') return { level: 'all' }
  const [, level, name] = /^(region|application|cluster):(\S+)$/.exec(text) ?? []
  if (!name || (level !== 'region' && level !== 'application' && level !== 'cluster')) return null
  return { level, name }
}

export function scopeText(scope: Scope): string {
  return scope.level === 'all' ? 'all' : `${scope.level}:${scope.name}`
}

/** As a sentence names it: `everything`, `the application shop`. */
export function scopeWords(scope: Scope): string {
  return scope.level === 'all' ? 'everything' : `the ${scope.level} ${scope.name}`
}

export function covers(scope: Scope, where: Omit<Where, 'timeZone'>): boolean {
  switch (scope.level) {
    case 'all':
      return true
    case 'region':
      return scope.name === where.region
    case 'application':
      return scope.name === where.application
    case 'cluster':
      return scope.name === where.cluster
  }
}

/** Where a cluster is. */
export function whereIs(cluster: {
  readonly name: string
  readonly application: string
  readonly region: string
  readonly policy: { readonly timeZone: string }
}): Where {
  return {
    cluster: cluster.name,
    application: cluster.application,
    region: cluster.region,
    timeZone: cluster.policy.timeZone,
  }
}
