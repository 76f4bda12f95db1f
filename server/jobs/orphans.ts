import type { Actor } from '../domain/operation.js'
import type { Orphan } from '../domain/orphan.js'
import {
  lookForOrphans,
  orphansScope,
  removeExpired,
  type OrphanEnd,
  type OrphanParts,
} from '../engine/orphans.js'
import type { PeriodicWork } from './periodic-job.js'

const itself: Actor = { name: 'janitor of orphans', via: 'job' }

/** Looks once a day for what carries our mark and that nobody accounts for, and ends what says itself that it is over. */
export function orphansWork(parts: OrphanParts): PeriodicWork {
  return {
    name: 'orphans',
    busy: 'Orphans are being looked for or removed at this moment. Nothing more was done; try again in a few seconds.',
    async run(lease, actor) {
      const seen = await lookForOrphans(parts)
      const ends = await removeExpired(parts, lease, actor ?? itself, seen)
      const did = [
        foundSentence(seen.orphans, ends),
        ...(seen.unread ? [`Load balancers could not be looked at: ${seen.unread}`] : []),
      ].join(' ')
      if (actor || seen.orphans.length > 0)
        await parts.store.record({
          events: [
            {
              stream: orphansScope,
              actor: actor ?? itself,
              cluster: null,
              application: null,
              event: {
                type: 'OrphansFound',
                sentence: did,
                data: {
                  orphans: seen.orphans.map(({ thing: { kind, id, name }, fate }) => ({
                    kind,
                    id,
                    name,
                    fate,
                  })),
                },
              },
            },
          ],
        })
      return { did, result: did }
    },
  }
}

/** `5 orphans: 1 removed, 1 goes by itself later, 2 wait for a person, 1 is only told of.` */
function foundSentence(orphans: readonly Orphan[], ends: readonly OrphanEnd[]): string {
  if (orphans.length === 0) return 'Nothing in the account is an orphan.'
  const count = (fate: Orphan['fate']) => orphans.filter((orphan) => orphan.fate === fate).length
  const gone = ends.filter(({ removed }) => removed).length
  const parts = [
    [gone, 'removed'],
    [
      ends.length - gone,
      ends.length - gone === 1 ? 'stays, though its time is over' : 'stay, though their time is over',
    ],
    [count('waits'), count('waits') === 1 ? 'goes by itself later' : 'go by themselves later'],
    [count('asked'), count('asked') === 1 ? 'waits for a person' : 'wait for a person'],
    [count('told'), count('told') === 1 ? 'is only told of' : 'are only told of'],
  ] as const
  const said = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`)
  return `${orphans.length} ${orphans.length === 1 ? 'orphan' : 'orphans'}: ${said.join(', ')}.`
}
