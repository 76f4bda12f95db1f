import { marksAreDue } from '../domain/retention-times.js'
import { markImages } from '../engine/mark-images.js'
import type { Parts } from '../engine/parts.js'
import type { PeriodicWork } from './periodic-job.js'

/** Marks the images that are in use: every night, on one replica. */
export function imageMarksWork(parts: Parts): PeriodicWork {
  return {
    name: 'image-marks',
    busy: 'Images in use are being marked at this moment. Nothing more was done; look at the jobs in a few seconds.',
    async isDue() {
      const [last = null] = await parts.retention.marksMade()
      return marksAreDue(parts.defaults, last, parts.clock.now())
    },
    async run() {
      const { inUse } = await markImages(parts)
      const did = `${inUse.size} ${inUse.size === 1 ? 'image is' : 'images are'} in use, and marked.`
      return { did, result: did }
    },
  }
}
