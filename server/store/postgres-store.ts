import type { Application } from '../domain/application.js'
import type { Bake } from '../domain/bake.js'
import type { ClusterState } from '../domain/cluster-state.js'
import { ruleAnswered } from '../domain/explain-rule.js'
import type { Operation } from '../domain/operation.js'
import { refuseNewerBake, refuseNewerRestraint } from '../domain/newer-records.js'
import type { Restraint } from '../domain/restraint.js'
import { Fenced, type Answered, type Change, type Clock, type Lease, type Store } from '../engine/ports.js'
import { asRefusal } from './as-refusal.js'
import type { ChangeFeed } from './change-feed.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'
import { claimLease, lockLease, releaseLease } from './leases.js'
import { bakeOf, isUuid, readClusterState, type DataRow } from './read-rows.js'
import { refuseNewerState } from './refuse-newer-state.js'
import { noLease, writeChange } from './write-change.js'

/** PostgreSQL behind the engine's Store: the only thing that replicas share. */
export class PostgresStore implements Store {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  claim(scope: string, holder: string, leaseMs: number): Promise<Lease | null> {
    return claimLease(this.database, scope, holder, leaseMs)
  }

  release(lease: Lease): Promise<void> {
    return releaseLease(this.database, lease)
  }

  async clusterNames(): Promise<readonly string[]> {
    return (await this.database.rows<{ name: string }>(`select name from clusters`)).map((row) => row.name)
  }

  async activeBakeIds(): Promise<readonly string[]> {
    return (await this.database.rows<{ id: string }>(`select id from bakes where active`)).map(
      (row) => row.id,
    )
  }

  async retiringImageIds(): Promise<readonly string[]> {
    const rows = await this.database.rows<{ image_id: string }>(
      `select image_id from images where not retired and data -> 'retirement' ->> 'phase' is not null`,
    )
    return rows.map((row) => row.image_id)
  }

  async openRestraints(at: Date): Promise<readonly Restraint[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from restraints where over_at is null or over_at > $1 order by created_at, id`,
      [at],
    )
    return rows.map((row) => {
      const restraint = withDates<Restraint>(row.data)
      refuseNewerRestraint(restraint)
      return restraint
    })
  }

  loadCluster(name: string): Promise<ClusterState | null> {
    return this.database.snapshot(async (sql) => {
      const state = await readClusterState(this.database, sql, name)
      if (state) await refuseNewerState(this.database, sql, state)
      return state
    })
  }

  async loadBake(id: string): Promise<Bake | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<DataRow>(`select data, wait, log from bakes where id = $1`, [id])
    if (!row) return null
    const bake = bakeOf(row)
    refuseNewerBake(bake)
    return bake
  }

  commitTurn(lease: Lease, version: number | null, change: Change): Promise<void> {
    return this.database.transaction(async (sql) => {
      await lockLease(this.database, sql, lease)
      if (version !== null) await this.bumpVersion(sql, lease.scope.replace(/^cluster:/, ''), version)
      await this.settleUnanswered(sql, lease.scope)
      await writeChange(this.database, sql, change, this.clock.now(), lease)
    })
  }

  answerIntent(lease: Lease, intentId: string, answer: Answered, change?: Change): Promise<void> {
    return this.database.transaction(async (sql) => {
      await lockLease(this.database, sql, lease)
      await this.database.rows(
        `update intents set answered = $2, answered_at = $3, request_id = $4, message = $5 where id = $1`,
        [intentId, answer.answered, this.clock.now(), answer.requestId, answer.message],
        sql,
      )
      if (answer.rule) await this.explainRule(sql, lease.scope.replace(/^cluster:/, ''), answer.rule)
      if (change) await writeChange(this.database, sql, change, this.clock.now(), lease)
    })
  }

  saveWait(
    lease: Lease,
    what: { operationId?: string; bakeId?: string; wait: Operation['wait']; bakeLog?: string },
  ): Promise<void> {
    return this.database.transaction(async (sql) => {
      await lockLease(this.database, sql, lease)
      const wait = what.wait ? JSON.stringify(what.wait) : null
      if (what.operationId) {
        await this.database.rows(
          `update operations set wait = $2 where id = $1 and not ended`,
          [what.operationId, wait],
          sql,
        )
        await this.feed.tell(sql, `view:${lease.scope}`)
      }
      if (what.bakeId) {
        await this.database.rows(
          `update bakes set wait = $2, log = coalesce($3, log) where id = $1`,
          [what.bakeId, wait, what.bakeLog ?? null],
          sql,
        )
        await this.feed.tell(sql, `view:${lease.scope}`)
      }
    })
  }

  async request<T>(
    cluster: string,
    decide: (state: ClusterState | null) => { change: Change; result: T },
  ): Promise<T> {
    try {
      return await this.database.transaction(async (sql) => {
        const state = await readClusterState(this.database, sql, cluster, true)
        if (state) await refuseNewerState(this.database, sql, state)
        const { change, result } = decide(state)
        if (state) await this.bumpVersion(sql, cluster, state.cluster.version)
        await writeChange(this.database, sql, change, this.clock.now(), noLease)
        return result
      })
    } catch (error) {
      throw asRefusal(error, cluster)
    }
  }

  async requestApplication<T>(
    name: string,
    decide: (known: Application | null) => { change: Change & { application?: Application }; result: T },
  ): Promise<T> {
    const written = await this.database.transaction(async (sql) => {
      const row = await this.database.first<DataRow>(
        `select data from applications where name = $1 for update`,
        [name],
        sql,
      )
      const { change, result } = decide(row ? withDates<Application>(row.data) : null)
      const { application, ...rest } = change
      if (application && !(await this.writeApplication(sql, application, row !== null))) return null
      await writeChange(this.database, sql, rest, this.clock.now(), noLease)
      return { result }
    })
    return written ? written.result : this.requestApplication(name, decide)
  }

  record(change: Change): Promise<void> {
    return this.database.transaction((sql) =>
      writeChange(this.database, sql, change, this.clock.now(), noLease),
    )
  }

  onChange(listener: (scope: string, seq: number) => void): () => void {
    return this.feed.listen(listener)
  }

  /** False: somebody has registered it since, and nothing was written. */
  private async writeApplication(sql: Sql, application: Application, isThere: boolean): Promise<boolean> {
    const { name } = application
    const row = await this.database.first(
      isThere
        ? `update applications set data = $2 where name = $1 returning name`
        : `insert into applications (name, data) values ($1, $2) on conflict (name) do nothing returning name`,
      [name, JSON.stringify(application)],
      sql,
    )
    return row !== null
  }

  /** Turns follow one another: whoever goes on will never hear what an earlier one sent and did not hear of. */
  private async settleUnanswered(sql: Sql, scope: string): Promise<void> {
    await this.database.rows(
      `update intents set answered = 'unclear', answered_at = $2, message = $3 where scope = $1 and answered is null`,
      [
        scope,
        this.clock.now(),
        'the process that sent it, or was about to, ended before the answer was kept',
      ],
      sql,
    )
  }

  /** An answered write of the rule is a fact, whatever was written about the cluster meanwhile. */
  private async explainRule(sql: Sql, name: string, rule: NonNullable<Answered['rule']>): Promise<void> {
    const state = await readClusterState(this.database, sql, name, true)
    if (!state) return
    const cluster = ruleAnswered(state.cluster, rule, this.clock.now())
    await this.database.rows(
      `update clusters set data = $2, version = version + 1 where name = $1`,
      [name, JSON.stringify(cluster)],
      sql,
    )
  }

  private async bumpVersion(sql: Sql, cluster: string, version: number): Promise<void> {
    const bumped = await this.database.first(
      `update clusters set version = version + 1 where name = $1 and version = $2 returning version`,
      [cluster, version],
      sql,
    )
    if (!bumped) throw new Fenced('version')
  }
}
