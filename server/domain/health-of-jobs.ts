import { bad, care, good, orGood, type HealthFinding } from './health-finding.js'
import { jobs } from './job.js'
import { lengthText } from './length-text.js'
import { isAlive } from './replica.js'
import type { SystemFacts } from './system-facts.js'

export function ofJobs({ runs, replicas }: SystemFacts): readonly HealthFinding[] {
  const last = jobs.flatMap(({ name }) => runs.find(({ job }) => job === name) ?? [])
  const titleOf = (name: string) => jobs.find((job) => job.name === name)?.title ?? name
  const failing = replicas.filter(isAlive).flatMap(({ report }) => report.pulses.filter(({ fault }) => fault))
  return orGood(
    [
      ...last
        .filter(({ outcome }) => outcome === 'failed' || outcome === 'lost')
        .map((run) =>
          bad(
            'jobs',
            run.outcome === 'lost'
              ? `${titleOf(run.job)}: the last run, ${lengthText(run.agoMs)} ago, never ended, because its process died.`
              : `${titleOf(run.job)}: the last run, ${lengthText(run.agoMs)} ago, failed${run.times > 1 ? ` as the ${run.times - 1} before it` : ''}${run.error === null ? '' : `: ${run.error}`}`,
            'It is tried again by itself. If it fails again, mend what it says.',
            '/jobs',
          ),
        ),
      ...failing.map(({ job, fault, agoMs }) =>
        care(
          'jobs',
          `${titleOf(job)} met a fault ${lengthText(agoMs)} ago: ${fault ?? ''}`,
          'It goes on by itself. If it stays, mend what it says; the log has the whole of it.',
          '/jobs',
        ),
      ),
    ],
    good('jobs', 'No job has failed in its last run.', '/jobs'),
  )
}
