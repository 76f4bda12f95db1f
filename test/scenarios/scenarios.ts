import { account } from './account.js'
import { beforeTheSwitch } from './before-the-switch.js'
import { byHand } from './by-hand.js'
import { lostAnswers } from './lost-answers.js'
import { releases } from './releases.js'
import type { Scenario } from './scenario.js'

/** Every story, by what goes wrong. */
export const scenarios: readonly Scenario[] = [
  ...releases,
  ...beforeTheSwitch,
  ...account,
  ...byHand,
  ...lostAnswers,
]
