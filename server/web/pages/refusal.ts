import type { Problem } from '../problem.js'
import { say, type Head } from './head.js'
import type { Fact } from './group-card.js'

export interface RefusalPage extends Head {
  readonly k: string
  readonly code: string
  readonly why: string
  readonly faults: Problem['faults']
  readonly ways: readonly {
    readonly label: string
    readonly href: string | null
    readonly command: string | null
  }[]
  readonly facts: readonly Fact[]
}

export interface Asked {
  readonly what: string
  readonly by: string | null
  /** Where to go back to: the page that the request came from, as a path of ours. */
  readonly back: string
  /** It asked for a change, and not only for a page. */
  readonly changes: boolean
}

/** What is wrong, what changed, what now? */
export function refusalPage(problem: Problem, asked: Asked): RefusalPage {
  const fault = problem.status >= 500
  const ways = (problem.ways ?? []).map((way) => ({
    label: way.label,
    href: way.href ?? null,
    command: way.command?.replace(/^delling /, 'npx delling ') ?? null,
  }))
  return {
    title: problem.title,
    heading: headingOf(problem),
    crumbs: [],
    sentence: say(problem.detail),
    acts: [],
    liveMs: 0,
    k: fault ? 'k-bad' : 'k-care',
    code: `${problem.status} ${problem.code}`,
    why: fault
      ? 'This is a fault of the console or of what it stands on, not of what you asked.'
      : 'The request was understood and not done.',
    faults: problem.faults,
    ways: [...ways, { label: 'Go back to where you were', href: asked.back, command: null }],
    facts: [
      { what: 'Asked', value: asked.what },
      ...(asked.by ? [{ what: 'By', value: asked.by }] : []),
      {
        what: 'Changed',
        value: fault && asked.changes ? 'not known: look before you ask again' : 'nothing',
        strong: true,
      },
    ],
  }
}

function headingOf(problem: Problem): string {
  if (problem.status === 404) return 'There is no such page or thing'
  if (problem.status >= 500) return problem.title
  return problem.status === 400 ? 'Something in this needs another look' : 'This is refused'
}
