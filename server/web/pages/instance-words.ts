import type { ListedInstance } from '../../domain/listed-instance.js'
import { healthLook } from './group-card.js'

/** Colour, glyph and word of an instance's health; nothing is said for what nobody checks. */
export function instanceLook({ health }: Pick<ListedInstance, 'health'>) {
  if (health === 'unknown') return { k: 'k-idle', glyph: 'later', health: 'nobody checks it' }
  return { ...healthLook[health], health: health === 'unchecked' ? 'not checked' : health }
}

/** `running, in service`: EC2's state, and Auto Scaling's where a group holds it. */
export function lifeWords({ state, lifecycle }: Pick<ListedInstance, 'state' | 'lifecycle'>): string {
  if (lifecycle === null) return state
  const life = lifecycle === 'InService' ? 'in service' : lifecycle.toLowerCase().replace(':', ', ')
  return `${state}, ${life}`
}
