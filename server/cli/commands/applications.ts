import type { Command } from 'commander'
import { given, listOf, portNumber, seenFlag } from '../flags.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface ApplicationDocument {
  readonly name: string
  readonly owner: string
  readonly email: string | null
  readonly port: number
  readonly healthPath: string
  readonly startCommand: string | null
  readonly repositoryLink?: string | null
}

export function applicationVerbs(program: Command, face: Face): void {
  const group = program.command('applications').alias('apps').description('what teams ship')

  verb(group, face, 'list', 'every application', async ({ api, output }) => {
    const applications = await api.list<ApplicationDocument>('/applications', 'applications')
    const rows = applications.map(({ name, owner, port, healthPath, startCommand }) => [
      name,
      owner,
      port,
      healthPath,
      startCommand,
    ])
    output.result({ applications }, table(['name', 'owner', 'port', 'health path', 'start command'], rows))
  })

  verb(group, face, 'show <name>', 'one application', async ({ api, output, args: [name = ''] }) => {
    const application = await api.get<ApplicationDocument>(`/applications/${encodeURIComponent(name)}`)
    output.result(application, asText(application))
  })

  verb(
    group,
    face,
    'create <name>',
    'register an application',
    async ({ api, output, flags, args: [name] }) => {
      const application = await api.post<ApplicationDocument>('/applications', {
        name,
        ...fieldsOf(flags),
      })
      output.result(application, `Registered ${application.name}.`)
    },
  )
    .requiredOption('--owner <name>', 'the team or person who owns it')
    .option('--email <address>', 'where its owner is reached')
    .option('--port <number>', 'the port it listens on, 1 to 65535 (default: 8080)', portNumber)
    .option('--health-path <path>', 'what the load balancer asks for (default: /)')
    .option(
      '--repository-link <template>',
      'where commits are compared, with {from} and {to} in place of them',
    )
    .option('--start <command>', 'how it is started, where its packages do not say')

  verb(
    group,
    face,
    'edit <name>',
    'change what bakes and clusters made from now on take',
    async ({ api, output, flags, args: [name = ''] }) => {
      const empty = Object.fromEntries(((flags.empty ?? []) as string[]).map((field) => [field, null]))
      const application = await api.post<ApplicationDocument>(
        `/applications/${encodeURIComponent(name)}/edit`,
        { ...fieldsOf(flags), ...given(flags, ['reason', 'seen']), ...empty },
      )
      output.result(application, asText(application))
    },
  )
    .option('--owner <name>', 'the team or person who owns it')
    .option('--email <address>', 'where its owner is reached')
    .option('--port <number>', 'the port it listens on, 1 to 65535', portNumber)
    .option('--health-path <path>', 'what the load balancer asks for')
    .option(
      '--repository-link <template>',
      'where commits are compared, with {from} and {to} in place of them',
    )
    .option('--start <command>', 'how it is started, where its packages do not say')
    .option('--empty <field>', 'email, startCommand or repositoryLink: have none; comma or repeated', listOf)
    .option(...seenFlag)
    .option('--reason <text>', 'for the deploy log')
}

function fieldsOf(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    ...given(flags, ['owner', 'email', 'port', 'healthPath', 'repositoryLink']),
    ...(flags.start !== undefined && { startCommand: flags.start }),
  }
}

function asText({
  name,
  owner,
  email,
  port,
  healthPath,
  startCommand,
  repositoryLink,
}: ApplicationDocument): string[] {
  return [
    name,
    `  owner: ${owner}${email === null ? '' : ` <${email}>`}`,
    `  port: ${port}, health path: ${healthPath}`,
    `  start command: ${startCommand ?? 'from the package'}`,
    `  repository link: ${repositoryLink ?? 'none'}`,
  ]
}
