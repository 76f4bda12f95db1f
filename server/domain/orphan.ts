import type { Call } from './call.js'
import type { Tags } from './tags.js'

export type MarkedKind =
  | 'builder'
  | 'instance'
  | 'volume'
  | 'image'
  | 'snapshot'
  | 'launch template'
  | 'target group'
  | 'server group'
  | 'alarm'
  | 'load balancer'
  | 'listener'
  | 'listener rule'

/** Something of the account that carries this installation's mark, as one look showed it. */
export interface MarkedThing {
  readonly kind: MarkedKind
  /** What AWS's own calls name it by: an id, an ARN, or the name where AWS has nothing else. */
  readonly id: string
  readonly name: string
  /** Since when it is as it is; null where AWS doesn't say. */
  readonly since: Date | null
  /** Of an image, AWS's word for its state; else ''. */
  readonly state: string
  readonly tags: Tags
  /** The id of what it is a part of, such as the image of a snapshot; null: of nothing that was seen. */
  readonly partOf: string | null
  /** What of the account uses it, in words; null: nothing that was seen. */
  readonly usedBy: string | null
}

/** What the records account for. */
export interface Accounted {
  /** Ids, ARNs and names of everything that stands by the records. */
  readonly known: ReadonlySet<string>
  /** Bakes and operations that have not ended: whatever carries their mark is theirs. */
  readonly underWay: ReadonlySet<string>
  /** Those that stand. */
  readonly clusters: ReadonlySet<string>
}

/**
 * What becomes of an orphan. `goes`: it carries a date of its own until which it is needed, and that is over. `waits`: that
 * date is still to come. `asked`: it may be removed on a person's word. `told`: it stays as it is, and a person is told what they can do.
 */
export type Fate = 'goes' | 'waits' | 'asked' | 'told'

/** The same words on pages, on a terminal and in what the job says. */
export const fateWords: Readonly<Record<Fate, string>> = {
  goes: 'goes by itself',
  waits: 'goes by itself later',
  asked: 'a person decides',
  told: 'left alone',
}

/** Something that carries our mark and that no record accounts for. */
export interface Orphan {
  readonly thing: MarkedThing
  readonly fate: Fate
  /** Why it is one, and what follows, in sentences. */
  readonly why: string
  /** Where a person goes on; null: there is no page of it. */
  readonly href: string | null
}

/**
 * Which of the marked things no record accounts for, and what may become of each. What is younger than `youngMs` is left out:
 * a request may still be on its way to being recorded, or a record to being read.
 */
export function orphansOf(
  marked: readonly MarkedThing[],
  accounted: Accounted,
  now: Date,
  youngMs: number,
): readonly Orphan[] {
  return marked
    .filter((thing) => !isAccountedFor(thing, accounted))
    .filter(({ since }) => since === null || now.getTime() - since.getTime() >= youngMs)
    .map((thing) => ({ thing, ...judged(thing, accounted, now) }))
}

/** Whether the records account for it, as a thing of their own, as a part of one, or as what is under way. */
export function isAccountedFor(
  { id, name, partOf, tags }: MarkedThing,
  { known, underWay }: Accounted,
): boolean {
  const makers = [tags['delling:bake'], tags['delling:op']]
  return (
    [id, name, partOf].some((each) => each !== null && known.has(each)) ||
    makers.some((maker) => maker !== undefined && underWay.has(maker))
  )
}

function judged(thing: MarkedThing, accounted: Accounted, now: Date): Omit<Orphan, 'thing'> {
  const { kind, name, state, tags, usedBy } = thing
  switch (kind) {
    case 'builder':
      return judgedBuilder(thing, now)
    case 'instance':
      return told(
        'It is in no Auto Scaling group: somebody detached it. Terminate it by hand once nobody looks at it any more.',
      )
    case 'volume':
      return told('No instance has it any more. It may hold what somebody wants to read; delete it by hand.')
    case 'server group':
      return judgedGroup(name, tags['delling:cluster'] ?? '', accounted.clusters)
    case 'image':
      if (usedBy !== null) return told(`No image is recorded by that id, and ${usedBy}.`)
      if (state === 'available')
        return asked('No image is recorded by that id, and nothing uses it. Its snapshots go with it.')
      return asked(`No image is recorded by that id, and it is ${state}: nothing can be launched from it.`)
    case 'snapshot':
      return usedBy === null
        ? asked('The image that it was made for is gone.')
        : told(`No image is recorded that it belongs to, and ${usedBy}.`)
    case 'launch template':
    case 'target group':
      return usedBy === null
        ? asked('It belongs to no recorded server group, and nothing uses it.')
        : told(`It belongs to no recorded server group, and ${usedBy}.`)
    case 'alarm':
      return asked('The server group that it watches is destroyed.')
    case 'load balancer':
    case 'listener':
    case 'listener rule':
      return judgedBalancing(thing)
  }
}

/** Requests may come through it, and only its clients know: it is never removed from here. */
function judgedBalancing({ kind, id, tags, usedBy }: MarkedThing): Omit<Orphan, 'thing'> {
  const cluster = tags['delling:cluster']
  const marked = cluster ? ` (it was made for ${cluster})` : ''
  const does = usedBy === null ? 'it forwards no request' : usedBy
  return told(
    `No recorded cluster is behind it${marked}, and ${does}. Look whether anybody uses it, then: ${byHand[kind] ?? ''} ${id}`,
    `/load-balancers/${encodeURIComponent(nameInArn(id))}`,
  )
}

/** `arn:…:listener-rule/app/shop-alb/50dc6c495c0c9188/…` → `shop-alb`. */
function nameInArn(arn: string): string {
  return arn.split('/')[2] ?? ''
}

const byHand: Readonly<Partial<Record<MarkedKind, string>>> = {
  'load balancer': 'aws elbv2 delete-load-balancer --load-balancer-arn',
  listener: 'aws elbv2 delete-listener --listener-arn',
  'listener rule': 'aws elbv2 delete-rule --rule-arn',
}

function judgedBuilder({ tags }: MarkedThing, now: Date): Omit<Orphan, 'thing'> {
  const expires = new Date(tags['delling:expires'] ?? Number.NaN)
  const its = 'Its bake has ended or is not recorded'
  if (Number.isNaN(expires.getTime())) return asked(`${its}, and it does not say until when it is needed.`)
  return expires <= now
    ? {
        fate: 'goes',
        why: `${its}, and it was to be needed until ${expires.toISOString()} at most.`,
        href: null,
      }
    : { fate: 'waits', why: `${its}. It goes by itself after ${expires.toISOString()}.`, href: null }
}

function judgedGroup(name: string, cluster: string, clusters: ReadonlySet<string>): Omit<Orphan, 'thing'> {
  if (clusters.has(cluster))
    return told(
      `It is not recorded in ${cluster}: adopt it there, or leave it alone.`,
      `/clusters/${cluster}`,
    )
  return told(
    `${cluster || 'Its cluster'} is not recorded here: adopt it, or delete ${name} by hand.`,
    cluster ? `/adopt/${cluster}` : '/adopt',
  )
}

function asked(why: string): Omit<Orphan, 'thing'> {
  return { fate: 'asked', why, href: null }
}

function told(why: string, href: string | null = null): Omit<Orphan, 'thing'> {
  return { fate: 'told', why, href }
}

/** The request that ends an orphan; null for what is only told of. */
export function removalOf({ thing, fate }: Orphan): Call | null {
  if (fate !== 'goes' && fate !== 'asked') return null
  const { kind, id, name } = thing
  switch (kind) {
    case 'builder':
      return { type: 'TerminateBuilder', instanceId: id }
    case 'image':
      return { type: 'DeregisterImage', imageId: id }
    case 'snapshot':
      return { type: 'DeleteSnapshot', snapshotId: id }
    case 'launch template':
      return { type: 'DeleteLaunchTemplate', group: name, launchTemplateId: id }
    case 'target group':
      return { type: 'DeleteTargetGroup', group: name, targetGroupArn: id }
    case 'alarm':
      return { type: 'DeleteAlarms', group: name, names: [id] }
    case 'instance':
    case 'volume':
    case 'server group':
    case 'load balancer':
    case 'listener':
    case 'listener rule':
      return null
  }
}

/** `builder i-0abc (bake shop 1.0)`: how an orphan is named in a sentence. */
export function orphanName({ kind, id, name }: MarkedThing): string {
  const short = id.startsWith('arn:') || id === name ? name : id
  return name && name !== short ? `${kind} ${short} (${name})` : `${kind} ${short}`
}
