import { lengthText } from './length-text.js'
import type { AilmentKind, PlannedFault, Rehearsal } from './rehearsal.js'

/** What happens, or happens from now on. */
export function sentenceOf(rehearsal: Rehearsal): string {
  switch (rehearsal.act) {
    case 'no-capacity':
      return `Launches in ${rehearsal.zone} fail with InsufficientInstanceCapacity; what runs there runs on.`
    case 'dark-zone':
      return `${rehearsal.zone} is dark: the systems of its instances are dead, and nothing starts there.`
    case 'ailment':
      return ailmentSentence(rehearsal.of, rehearsal.kind)
    case 'slow-answers':
      return `Every AWS call is answered ${lengthText(rehearsal.ms)} later.`
    case 'late-visibility':
      return `New instances and images are unknown to AWS’s lists for ${lengthText(rehearsal.ms)}.`
    case 'stale-reads':
      return `Every AWS read is answered as it was ${lengthText(rehearsal.ms)} ago.`
    case 'late-console':
      return `The console output of instances is shown ${lengthText(rehearsal.ms)} later.`
    case 'throttle':
      return `Each AWS service takes ${rehearsal.perSecond} calls a second, ${rehearsal.burst} at once, and throttles the rest.`
    case 'failing-images':
      return rehearsal.count === 1
        ? 'The next image that is made ends as failed.'
        : `The next ${rehearsal.count} images that are made end as failed.`
    case 'fault':
      return faultSentence(rehearsal)
    case 'move-clock':
      return `The local cloud’s clock goes ${lengthText(rehearsal.hours * 3_600_000)} ahead.`
    case 'freeze-clock':
      return 'The local cloud’s clock stands still.'
    case 'crash':
      return `The application of ${rehearsal.instance} is killed; its system stays up.`
    case 'terminate':
      return `A stranger terminates ${rehearsal.instance}.`
    case 'weight':
      return `A stranger gives ${rehearsal.group} the weight ${rehearsal.weight} in its cluster’s rule; the other weights stay.`
    case 'resize':
      return `A stranger sets ${rehearsal.group} to ${rehearsal.desired} instances, at least ${rehearsal.min} and at most ${rehearsal.max}.`
    case 'delete-target-group':
      return `A stranger takes ${rehearsal.group}’s target group out of its rule and deletes it.`
  }
}

function ailmentSentence(of: string, kind: AilmentKind): string {
  const whose = of === '*' ? 'every instance, builders included' : of
  switch (kind) {
    case 'never-boots':
      return `From now on instances never boot: the system dies at once, in ${whose}.`
    case 'crash-loops':
      return `From now on instances crash shortly after they have booted, in ${whose}.`
    case 'flaps':
      return `Applications answer well and 503 in turns, in ${whose}.`
    case 'sick':
      return `Applications answer 503 to every request and health check, in ${whose}.`
  }
}

function faultSentence({ action, kind, times, delayMs = 0, code, about, names = [] }: PlannedFault): string {
  const [count, call, are] = times === 1 ? ['', 'call', 'is'] : [`${times} `, 'calls', 'are']
  const named = action === '*' ? `AWS ${call}` : `${call} of ${action}`
  const calls = `The next ${count}${named}${about ? ` about ${about}` : ''}`
  const later = lengthText(delayMs)
  switch (kind) {
    case 'error':
      return `${calls} ${are} refused with ${code ?? 'InternalError'}; nothing is done.`
    case 'lost-answer':
      return `${calls} ${are} carried out, and the answer is lost.`
    case 'reset-before':
      return `${calls} ${are} cut off before anything is done.`
    case 'delay':
      return `${calls} ${are} carried out and answered, but ${later} late.`
    case 'late':
      return `${calls} ${are} cut off at once, and carried out ${later} later.`
    case 'twice':
      return `${calls} ${are} carried out two times.`
    case 'stale':
      return `${calls} ${are} answered as it was ${later} ago.`
    case 'hide':
      return `${calls} ${are} answered without ${names.join(', ')}.`
  }
}
