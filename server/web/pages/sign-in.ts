import { say, strong, type Head } from './head.js'

/** How somebody may come in here. */
export interface WaysIn {
  readonly local: boolean
  /** The identity provider by its name; null where there is none. */
  readonly provider: string | null
}

interface SignInPage extends Head, WaysIn {
  /** The form's address, of a link that still works. */
  readonly action: string | null
  /** Where to sign out of the identity provider too. */
  readonly leave: string | null
  readonly already: boolean
}

function page(ways: WaysIn, heading: string, sentence: Head['sentence']): SignInPage {
  return {
    title: 'Sign in',
    heading,
    crumbs: [],
    sentence,
    acts: [],
    liveMs: 0,
    ...ways,
    action: null,
    leave: null,
    already: false,
  }
}

/** How does one come in? */
export function signInPage(
  ways: WaysIn,
  {
    link = null,
    left = false,
    leave = null,
  }: { link?: string | null; left?: boolean; leave?: string | null } = {},
): SignInPage {
  if (link !== null)
    return {
      ...page(ways, 'Sign in to this console', say('This link signs you in once, on this browser.')),
      action: link,
    }
  if (left)
    return { ...page(ways, 'You are signed out', say('This browser opens the console no more.')), leave }
  return page(
    ways,
    'Sign in',
    ways.provider
      ? say(`${ways.provider} says who you are; an admin of this console says what you may do.`)
      : say('The console opens with a link that works once.'),
  )
}

/** The provider did not vouch for whoever came back, or could not be asked. */
export function notSignedIn(ways: WaysIn, sentence: string): SignInPage {
  return page(ways, 'You are not signed in', say(sentence))
}

export function signedInAlready(ways: WaysIn): SignInPage {
  return {
    ...page(ways, 'You are signed in', say('This link was used; you need no other on this browser.')),
    acts: [{ label: 'Open the console', href: '/', act: true }],
    already: true,
  }
}

export function spentLink(ways: WaysIn): SignInPage {
  return page(
    ways,
    'This link no longer works',
    ways.local
      ? say(strong('It was used, or it is older than ten minutes'), '. Make a new one.')
      : say('This console is not opened by links.'),
  )
}
