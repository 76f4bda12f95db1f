import type { Scenario } from './scenario.js'

/** Answers that never come, and processes that do not live to hear them. */
export const lostAnswers: readonly Scenario[] = [
  {
    name: 'switch-never-answered',
    title: 'A switch is never answered, is cancelled, and comes through after all',
    about:
      'The group that is given up is fenced: its target group is deleted, so that the late switch to it fails as a whole.',
    play: async (stage) => {
      stage.tell('AWS will answer the next switch to nobody, and carry it out ten minutes later.')
      const id = await stage.deploys('good-2')
      await stage.until('pinning')
      stage.plan({ action: 'ModifyRule', kind: 'late', delayMs: 600_000 })
      await stage.until('switching')
      await stage.cancels(id, 'second thoughts')
      await stage.minutes(20)
    },
    whatToDo: 'Nothing. v002 can’t be switched to any more; deploy its image again when it is wanted.',
  },
  {
    name: 'process-dies-at-the-switch',
    title: 'The process dies with the switch on the wire',
    about: 'Another one takes the lease, recognises the switch as ours when the rule shows it, and goes on.',
    play: async (stage) => {
      const { world } = stage
      const go = { kind: 'go' } as const
      let died = false
      world.fate = ({ label }) => {
        if (died || !label.startsWith('ModifyRule (switch) answered')) return go
        died = true
        stage.tell('The process dies before it hears the answer; another one starts.')
        setTimeout(() => world.replicas[0]?.start(), 3000)
        return { kind: 'die' }
      }
      await stage.deployed('good-2')
    },
    whatToDo: 'Nothing.',
  },
]
