import type { LocalCloud } from '../cloud.js'
import type { MachineHost } from '../host.js'
import type { Ec2State } from './records.js'
import type { Tags } from './tags.js'

/** What every part of EC2 works on. */
export interface Ec2Core {
  readonly cloud: LocalCloud
  readonly machines: MachineHost
  readonly state: Ec2State
  readonly tags: Tags
  /** The cloud's clock, in milliseconds. */
  now(): number
}

/** Until that (machine) time EC2's Describe calls do not know the resource: its eventual consistency. */
export const visibleFrom = (cloud: LocalCloud): number => Date.now() + cloud.knobs.settings.invisibleMs

export const isVisible = (resource: { readonly visibleAt: number }): boolean =>
  resource.visibleAt <= Date.now()
