/** Every instance of the account and region, with what Auto Scaling knows of it, as one look showed it. */
export interface Fleet {
  readonly instances: readonly FleetInstance[]
}

export interface FleetInstance {
  readonly instanceId: string
  /** EC2's own: `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`. */
  readonly state: string
  readonly stateReason: string | null
  readonly imageId: string
  readonly type: string
  readonly architecture: string | null
  /** `on-demand`, `spot` or whatever else AWS sells. */
  readonly bought: string
  readonly zone: string
  readonly vpcId: string | null
  readonly subnetId: string | null
  readonly privateIp: string | null
  readonly publicIp: string | null
  readonly privateDns: string | null
  readonly publicDns: string | null
  readonly launchedAt: Date | null
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[]
  readonly profileArn: string | null
  readonly keyName: string | null
  readonly tags: Readonly<Record<string, string>>
  /** Null: no Auto Scaling group holds it. */
  readonly scaling: FleetScaling | null
}

export interface FleetScaling {
  readonly group: string
  readonly lifecycle: string
  /** What the group holds of its health: `Healthy` or `Unhealthy`. */
  readonly health: string
  readonly protectedFromScaleIn: boolean
  readonly launchTemplateId: string | null
  readonly launchTemplateVersion: string | null
  readonly targetGroupArns: readonly string[]
}
