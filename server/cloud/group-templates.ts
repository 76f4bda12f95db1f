import type { AutoScalingGroup, LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling'

/** Every launch template that a group launches from: its own, or those of its mixed instances. */
export function templatesOfGroup(group: AutoScalingGroup): readonly LaunchTemplateSpecification[] {
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate
  return [
    group.LaunchTemplate,
    mixed?.LaunchTemplateSpecification,
    ...(mixed?.Overrides ?? []).map((each) => each.LaunchTemplateSpecification),
  ].filter((each) => each !== undefined)
}
