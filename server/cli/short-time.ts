/**
 * A moment as people read it at a terminal, in the time zone of this machine, which is named: `25 Nov 09:00 UTC`. The year
 * stands there when it is not the present one. What is no moment is left as it is.
 */
export function shortTime(iso: string, { seconds = false, now = new Date() } = {}): string {
  const time = new Date(iso)
  if (!/^\d{4}-\d{2}-\d{2}T/.test(iso) || Number.isNaN(time.getTime())) return iso
  const parts = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(time)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? ''
  const year = time.getFullYear() === now.getFullYear() ? '' : ` ${part('year')}`
  const clock = `${part('hour')}:${part('minute')}${seconds ? `:${part('second')}` : ''}`
  return `${part('day')} ${part('month')}${year} ${clock} ${part('timeZoneName')}`
}
