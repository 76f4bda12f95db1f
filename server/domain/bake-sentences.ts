import type { BakeEvent } from './bake-transitions.js'

/** One event as the timeline and the deploy log print it. */
export function bakeEventSentence(event: BakeEvent): string {
  switch (event.type) {
    case 'Resolved':
      return `The base image is ${event.baseImage.name} (${event.baseImage.imageId}); the image will be ${event.imageName}.`
    case 'Reused':
      return `${event.imageName} (${event.imageId}) was baked from the same inputs before and is used again.`
    case 'LaunchSent':
      return 'A builder is being launched.'
    case 'LaunchRefused':
      return event.sentence
    case 'BuilderSeen':
      return `Builder ${event.builderId} is there.`
    case 'BuilderStopped':
      return 'The builder stopped; its report is awaited.'
    case 'BuilderSucceeded':
      return `The builder reported success for the package ${event.sha256.slice(0, 12)}…, by ${event.by === 'tag' ? 'its tag' : 'its console'}.`
    case 'PackagesListed':
      return `The builder listed ${event.count} installed packages.`
    case 'ImageSent':
      return 'The image is being made from the stopped builder.'
    case 'ImageSeen':
      return `Image ${event.imageId} is on its way.`
    case 'ImageAvailable':
      return 'The image is available.'
    case 'Baked':
      return `${event.image.name} (${event.image.imageId}) is baked.`
    case 'DiscardStarted':
      return event.rebake ? `${event.sentence} It will be tried once more.` : event.sentence
    case 'ImageDiscarded':
      return 'The half-made image is gone.'
    case 'Relaunched':
      return 'What was left is gone; the bake starts again.'
    case 'Failed':
    case 'Cancelled':
      return event.sentence
    case 'CancelRequested':
      return `${event.by} asked to cancel.`
  }
}
