/**
 * A pure function that remembers what it made last of the very same things. It keeps so many answers, and forgets first what
 * was not asked for longest.
 */
export function remembering<Given extends readonly unknown[], Made>(
  make: (...given: Given) => Made,
  most: number,
): (...given: Given) => Made {
  let kept: readonly { readonly given: Given; readonly made: Made }[] = []
  return (...given) => {
    const isAsked = (each: { readonly given: Given }) =>
      each.given.every((thing, nth) => thing === given[nth])
    const answer = kept.find(isAsked) ?? { given, made: make(...given) }
    kept = [answer, ...kept.filter((each) => each !== answer)].slice(0, most)
    return answer.made
  }
}

/** Gives for a thing the one that came before and is the same, so that what was made of that can be remembered. */
export function steadying<Thing>(
  isSame: (one: Thing, other: Thing) => boolean,
  most: number,
): (thing: Thing) => Thing {
  let kept: readonly Thing[] = []
  return (thing) => {
    const first = kept.find((each) => isSame(each, thing)) ?? thing
    kept = [first, ...kept.filter((each) => each !== first)].slice(0, most)
    return first
  }
}
