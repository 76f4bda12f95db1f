/** One part of how all is: good, or what isn't and what to do. */
export interface HealthFinding {
  readonly level: 'good' | 'care' | 'bad'
  readonly part: HealthPart
  /** What is, with its reason. */
  readonly sentence: string
  /** What to do; null where nothing is to be done. */
  readonly todo: string | null
  /** Where more of it is. */
  readonly href: string | null
}

export const healthParts = [
  'database',
  'replicas',
  'looks',
  'AWS calls',
  'unanswered',
  'deliveries',
  'jobs',
] as const
export type HealthPart = (typeof healthParts)[number]

export const good = (part: HealthPart, sentence: string, href: string | null = null): HealthFinding => ({
  level: 'good',
  part,
  sentence,
  todo: null,
  href,
})
export const care = (
  part: HealthPart,
  sentence: string,
  todo: string,
  href: string | null = null,
): HealthFinding => ({
  ...good(part, sentence, href),
  level: 'care',
  todo,
})
export const bad = (
  part: HealthPart,
  sentence: string,
  todo: string,
  href: string | null = null,
): HealthFinding => ({
  ...care(part, sentence, todo, href),
  level: 'bad',
})
/** Those that speak against a part, else the one that it is good. */
export const orGood = (
  against: readonly (HealthFinding | false)[],
  fine: HealthFinding,
): readonly HealthFinding[] => {
  const found = against.filter((each) => each !== false)
  return found.length > 0 ? found : [fine]
}
export const plural = (count: number, noun: string, nouns = `${noun}s`) =>
  `${count} ${count === 1 ? noun : nouns}`
