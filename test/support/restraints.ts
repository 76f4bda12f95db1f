import type { DeployWindow, Freeze, Hold } from '../../server/domain/restraint.js'
import { at } from './build.js'

const common = {
  scope: { level: 'all' } as const,
  createdBy: { name: 'Ada', via: 'console' } as const,
  createdAt: new Date(at.getTime() - 60_000),
  ended: null,
}

/** A hold on everything until it is released, unless the test says otherwise. */
export function hold(patch: Partial<Hold> = {}): Hold {
  return {
    ...common,
    id: 'hold-1',
    kind: 'hold',
    reason: 'the database moves',
    owner: 'Ada',
    until: null,
    ...patch,
  }
}

export function stop(patch: Partial<Hold> = {}): Hold {
  return hold({ id: 'stop-1', kind: 'stop', reason: 'nobody knows what happens', ...patch })
}

/** Open on working days from nine to four in Berlin. */
export function window(patch: Partial<DeployWindow> = {}): DeployWindow {
  return {
    ...common,
    id: 'window-1',
    kind: 'window',
    name: 'office hours',
    reason: 'somebody is there',
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: '09:00',
    to: '16:00',
    timeZone: 'Europe/Berlin',
    ...patch,
  }
}

export function freeze(patch: Partial<Freeze> = {}): Freeze {
  return {
    ...common,
    id: 'freeze-1',
    kind: 'freeze',
    name: 'Black Friday',
    reason: 'the shop is full',
    firstDay: '2026-11-23',
    lastDay: '2026-11-30',
    timeZone: 'Europe/Berlin',
    ...patch,
  }
}
