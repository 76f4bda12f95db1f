import type { World } from './world.js'

/** Something that carries this installation's mark. */
export interface Marked {
  /** By a name that is the same for every run. */
  readonly what: string
  /** The name of a group, a target group or a template; the ARN of a rule. */
  readonly object: string
}

/** Everything with our mark but instances, images and their disks. */
export function ourMarks({ cloud, parts }: World): readonly Marked[] {
  const isOurs = (tags: Readonly<Record<string, string>> | undefined) =>
    tags?.['delling:owner'] === parts.place.owner
  const named = (kind: string, name: string): Marked => ({ what: `${kind} ${name}`, object: name })
  const { rules, targetGroups } = cloud.balancing
  return [
    ...Object.values(cloud.groups)
      .filter(({ tags }) => isOurs(Object.fromEntries(tags.map(({ key, value }) => [key, value]))))
      .map(({ name }) => named('group', name)),
    ...Object.values(targetGroups)
      .filter(({ tags }) => isOurs(tags))
      .map(({ name }) => named('target group', name)),
    ...Object.values(cloud.ec2.templates)
      .filter(({ templateId }) => isOurs(cloud.ec2.tags[templateId]))
      .map(({ name }) => named('launch template', name)),
    ...Object.values(rules)
      .filter(({ tags }) => isOurs(tags))
      .map(({ arn, priority }) => ({ what: `rule ${priority}`, object: arn })),
  ]
}
