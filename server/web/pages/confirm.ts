import type { Field } from './field.js'
import { say, type Crumb, type Head, type Said } from './head.js'

/** A page that asks before it does: it says what will happen, and its button repeats the deed and its object. */
export interface ConfirmPage extends Head {
  readonly action: string
  readonly fields: readonly Field[]
  readonly consequences: readonly { readonly k: string; readonly glyph: string; readonly sentence: string }[]
  readonly hidden: readonly { readonly name: string; readonly value: string }[]
  readonly button: string
  readonly bad: boolean
  readonly back: { readonly label: string; readonly href: string }
}

export interface Confirm {
  readonly heading: string
  readonly crumbs: readonly Crumb[]
  readonly sentence: readonly Said[] | string
  readonly action: string
  readonly fields: readonly Field[]
  readonly consequences: readonly string[]
  readonly hidden?: ConfirmPage['hidden']
  readonly button: string
  readonly bad?: boolean
  /** What does the same from a terminal. */
  readonly terminal?: string
  readonly back: ConfirmPage['back']
}

export function confirmPage(confirm: Confirm): ConfirmPage {
  return {
    ...confirm,
    title: confirm.heading,
    sentence: typeof confirm.sentence === 'string' ? say(confirm.sentence) : confirm.sentence,
    acts: [],
    liveMs: 0,
    hidden: confirm.hidden ?? [],
    bad: confirm.bad ?? false,
    consequences: confirm.consequences.map((sentence) => ({
      k: confirm.bad ? 'k-care' : 'k-good',
      glyph: confirm.bad ? 'bang' : 'check',
      sentence,
    })),
  }
}
