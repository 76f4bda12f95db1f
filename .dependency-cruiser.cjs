const floor = (name, from, mayReach) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(server|config|bin|test)/', pathNot: mayReach },
})

/** The import rules of ARCHITECTURE.md: four floors, arrows downward only, no circle. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    floor('domain-imports-only-domain', '^server/domain/', '^server/domain/'),
    floor('engine-imports-domain', '^server/engine/', '^server/(engine|domain)/'),
    floor('cloud-imports-ports', '^server/cloud/', '^server/(cloud|domain)/|^server/engine/ports'),
    floor('identity-imports-domain', '^server/identity/', '^server/(identity|domain)/'),
    floor('store-imports-ports', '^server/store/', '^server/(store|domain)/|^server/engine/ports'),
    floor('outbound-imports-ports', '^server/outbound/', '^server/(outbound|domain)/|^server/engine/ports'),
    floor('web-imports-engine', '^server/web/', '^server/(web|engine|domain)/'),
    floor('jobs-imports-engine', '^server/jobs/', '^server/(jobs|engine|domain)/'),
    floor('cli-stands-apart', '^server/cli/', '^server/cli/|^config/'),
    floor('localcloud-stands-apart', '^server/localcloud/', '^server/localcloud/|^config/'),
    floor('launcher-stands-apart', '^server/launcher/', '^server/launcher/|^config/'),
    floor('config-imports-nothing', '^config/', '^config/'),
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^server/main\\.ts$' },
    },
    {
      name: 'sdk-only-at-the-edge',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/(cloud|localcloud)/' },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'openid-only-in-identity',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/identity/' },
      to: { path: 'node_modules/openid-client/' },
    },
    {
      name: 'pg-only-in-store',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/(store|launcher)/' },
      to: { path: 'node_modules/pg/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
