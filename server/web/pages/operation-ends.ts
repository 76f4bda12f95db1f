import { pushLabel } from '../../domain/names.js'
import type { Operation, Phase } from '../../domain/operation.js'
import type { Fact } from './group-card.js'
import { deadline } from './moment.js'

interface EndFacts {
  readonly operation: Operation
  /** How a cancel would end it now; null when it is too late for one. */
  readonly cancelEnds: string | null
  readonly now: Date
  readonly zone: string
  readonly paceDivisor: number
}

const givenUp = new Set<Phase>(['aborting', 'returning', 'resettling'])

/** How a running operation can still end, from where it stands now. */
export function possibleEnds(facts: EndFacts): Fact[] {
  const { operation, cancelEnds } = facts
  const ends = stillOpen(facts)
  if (cancelEnds === null || operation.cancelRequested) return ends
  const what = operation.switched && operation.kind === 'deploy' ? 'You roll back' : 'You cancel'
  return [...ends, { what, value: cancelEnds }]
}

function stillOpen(facts: EndFacts): Fact[] {
  const { operation } = facts
  const to = operation.to ? pushLabel(operation.to) : 'the new group'
  if (operation.phase === 'halted')
    return [
      { what: 'You try again', value: 'its phase begins anew' },
      { what: 'You accept', value: 'everything stays as it is now' },
    ]
  if (operation.kind === 'destroy')
    return [
      { what: 'It goes', value: `${to} leaves the rule, then its instances and all that belongs to it` },
    ]
  if (operation.kind === 'decommission')
    return [
      {
        what: ['retiring', 'clearing'].includes(operation.phase)
          ? 'It goes on to its end'
          : 'Nobody misses it',
        value: `all of ${operation.cluster} is destroyed; its history stays`,
      },
    ]
  if (operation.kind === 'adopt')
    return [{ what: 'Everything is marked', value: `${operation.cluster} is a cluster as any other` }]
  if (operation.kind === 'giveBack')
    return [
      {
        what: 'No mark is left',
        value: `${operation.cluster} stands and serves as it does, and is not ours`,
      },
    ]
  if (operation.kind === 'resize')
    return [{ what: 'It is resized', value: `${to} has the size that was asked for; nothing is terminated` }]
  if (givenUp.has(operation.phase)) return [{ what: 'It has given up', value: stays(operation) }]
  return operation.switched ? afterSwitch(operation, to) : beforeSwitch(facts, to)
}

function stays({ from, switched, canary }: Operation): string {
  if (!from) return 'no traffic is touched'
  return `traffic ${switched || canary ? 'goes back to' : 'stays'} ${pushLabel(from)} 100 %`
}

function beforeSwitch({ operation, now, zone, paceDivisor }: EndFacts, to: string): Fact[] {
  const from = operation.from && pushLabel(operation.from)
  const until = operation.wait?.until
  const gives = stays(operation)
  return [
    ...trialEnds(operation, to),
    {
      what: readyWord(operation),
      value: `switches to ${to} 100 %${from ? `; ${from} keeps running` : ''}`,
    },
    ...gaveUp(operation, until && deadline(until, zone, now, paceDivisor).text, gives),
  ]
}

/** Whatever is waited for does not come; the end of a hold is no such deadline. */
function gaveUp(operation: Operation, until: string | null | undefined, gives: string): Fact[] {
  if (operation.phase === 'canary' || operation.phase === 'testing') return []
  const value = until ? `at ${until}: ${gives}` : gives
  if (operation.phase !== 'approving') return [{ what: 'It gives up', value }]
  const switches = operation.request.trials?.approval?.atDeadline === 'switch'
  return [{ what: 'Nobody does', value: switches ? `it switches at ${until ?? 'the deadline'}` : value }]
}

function readyWord({ kind, phase }: Operation): string {
  if (phase === 'testing') return 'The test is passed'
  if (phase === 'canary') return 'It is judged well'
  if (phase === 'approving') return 'Somebody approves'
  return kind === 'switchBack' ? 'It is ready' : 'It registers'
}

/** Before the switch a deployment may be found bad by figures or by a person. */
function trialEnds(operation: Operation, to: string): Fact[] {
  const value = `${stays(operation)}; ${to} kept for diagnosis`
  if (operation.phase === 'testing') return [{ what: 'The test is not passed', value }]
  if (operation.phase === 'canary') return [{ what: 'It is judged bad', value }]
  return operation.phase === 'approving' ? [{ what: 'Somebody declines', value }] : []
}

/** Only a deployment has an old group to go back to by itself; a person decides everything else. */
function afterSwitch(operation: Operation, to: string): Fact[] {
  const from = operation.from && pushLabel(operation.from)
  const well = {
    what: 'It stays well',
    value: `${to} keeps the traffic${from ? `; ${from} stays warm` : ''}`,
  }
  if (operation.kind !== 'deploy' || !from) return [well]
  return [well, { what: 'It does not', value: `traffic: ${from} 100 % again; ${to} rejected` }]
}
