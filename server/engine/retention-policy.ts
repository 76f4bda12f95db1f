import {
  policyWords,
  type ImageRetentionPolicy,
  type RetentionLimits,
} from '../domain/image-retention-policy.js'
import { dryRunGoodForMs, type ImageRetentionRun } from '../domain/image-retention-run.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import type { Parts } from './parts.js'
import type { NewEvent } from './ports.js'
import { invalid } from './validate.js'

/** The stream that the policy's changes and the runs are told in. */
export const retentionStream = 'job:image-retention'

/** What a policy is to say otherwise; what is missing stays as it is. */
export interface PolicyInput extends Partial<RetentionLimits> {
  readonly limit?: number | undefined
  /** These limits are for this application alone; one that says nothing goes back to what holds for all. */
  readonly application?: string | undefined
  readonly reason: string
}

/**
 * Changes what the policy says, which switches it off: it may retire nothing before a dry run of it has been seen. Throws
 * Refusal.
 */
export async function setRetentionPolicy(
  parts: Parts,
  actor: Actor,
  input: PolicyInput,
): Promise<ImageRetentionPolicy> {
  const before = await parts.retention.policy()
  const said = await withInput(parts, before, input)
  if (sameWords(before, said))
    throw new Refusal('NothingToDo', 'The retention policy says so already. Nothing was changed.')
  const policy: ImageRetentionPolicy = {
    ...said,
    version: before.version + 1,
    on: false,
    changedBy: actor.name,
    changedAt: parts.clock.now(),
  }
  const off = before.on ? ' It is off until a dry run of it has been seen and somebody switches it on.' : ''
  const where = input.application === undefined ? '' : ` for ${input.application}`
  await record(
    parts,
    policy,
    event(actor, 'RetentionPolicySet', {
      sentence: `The image retention policy was changed${where}: ${policyWords(policy)}. ${input.reason}${off}`,
      data: { before, after: policy, reason: input.reason },
    }),
  )
  return policy
}

async function withInput(
  parts: Parts,
  before: ImageRetentionPolicy,
  { application, limit, reason: _reason, ...limits }: PolicyInput,
): Promise<ImageRetentionPolicy> {
  const given = Object.fromEntries(
    Object.entries(limits).filter(([, value]) => value !== undefined),
  ) as Partial<RetentionLimits>
  if (application === undefined) return { ...before, ...given, ...(limit !== undefined && { limit }) }
  if (limit !== undefined)
    throw invalid('limit', 'How many go in one run is said for all applications together; leave it out here.')
  if (!(await parts.history.application(application)))
    throw invalid('application', `There is no application “${application}”.`)
  const { [application]: _own, ...others } = before.applications
  const applications = Object.keys(given).length > 0 ? { ...others, [application]: given } : others
  return { ...before, applications }
}

function sameWords(one: ImageRetentionPolicy, other: ImageRetentionPolicy): boolean {
  const words = ({
    unreferencedDays,
    neverReferencedDays,
    keepNewest,
    limit,
    applications,
  }: ImageRetentionPolicy) =>
    JSON.stringify([
      unreferencedDays,
      neverReferencedDays,
      keepNewest,
      limit,
      Object.entries(applications)
        .map(([name, own]) => [name, own.unreferencedDays, own.neverReferencedDays, own.keepNewest])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ])
  return words(one) === words(other)
}

/** Switches the nightly run on or off. On only after a dry run of this very policy was seen. Throws Refusal. */
export async function switchRetention(
  parts: Parts,
  actor: Actor,
  { on, reason }: { readonly on: boolean; readonly reason: string },
): Promise<ImageRetentionPolicy> {
  const before = await parts.retention.policy()
  if (before.on === on)
    throw new Refusal(
      'NothingToDo',
      `The image retention is ${on ? 'on' : 'off'} already. Nothing was changed.`,
    )
  if (on && !(await seenDryRun(parts, before))) throw dryRunFirst()
  const policy: ImageRetentionPolicy = { ...before, on, changedBy: actor.name, changedAt: parts.clock.now() }
  await record(
    parts,
    policy,
    event(actor, on ? 'RetentionSwitchedOn' : 'RetentionSwitchedOff', {
      sentence:
        `The image retention was switched ${on ? `on: ${policyWords(policy)}` : 'off'}. ${reason}`.trim(),
      data: { policy, reason },
    }),
  )
  return policy
}

/** The newest dry run of a policy that can still be acted on; null where there is none. */
export async function seenDryRun(
  { retention, clock }: Pick<Parts, 'retention' | 'clock'>,
  policy: ImageRetentionPolicy,
): Promise<ImageRetentionRun | null> {
  const oldest = clock.now().getTime() - dryRunGoodForMs
  return (
    (await retention.runs(100)).find(
      (run) =>
        run.kind === 'dry run' &&
        run.policy.version === policy.version &&
        run.refused === null &&
        run.at.getTime() >= oldest,
    ) ?? null
  )
}

/** Nothing is retired that nobody has seen listed. */
export function dryRunFirst(): Refusal {
  return new Refusal(
    'DryRunFirst',
    'There is no dry run of this policy from the last 24 hours that went through. Nothing was changed; make one, read what would go, and decide then.',
    'conflict',
    {
      ways: [
        {
          label: 'Make a dry run',
          href: '/images/retention',
          command: 'npx delling images retention dry-run',
        },
      ],
    },
  )
}

async function record(parts: Parts, policy: ImageRetentionPolicy, said: NewEvent): Promise<void> {
  await parts.store.record({ retention: { policy }, events: [said] })
}

function event(
  actor: Actor,
  type: string,
  { sentence, data }: { readonly sentence: string; readonly data: Readonly<Record<string, unknown>> },
): NewEvent {
  return {
    stream: retentionStream,
    actor,
    cluster: null,
    application: null,
    event: { type, sentence: sentence.trim(), data },
  }
}
