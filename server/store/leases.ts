import { Fenced, type Lease } from '../engine/ports.js'
import type { Database, Sql } from './database.js'

const claimText = `
  insert into leases (scope, holder, epoch, since, until)
  values ($1, $2, 1, clock_timestamp(), clock_timestamp() + $3 * interval '1 millisecond')
  on conflict (scope) do update set
    epoch = leases.epoch + (leases.holder <> excluded.holder)::int,
    since = case when leases.holder <> excluded.holder or leases.until < clock_timestamp()
      then clock_timestamp() else leases.since end,
    holder = excluded.holder,
    until = clock_timestamp() + $3 * interval '1 millisecond'
  where leases.holder = $2 or leases.until < clock_timestamp()
  returning epoch`

/**
 * Claims or renews. The database's clock decides who may; the holder's own deadlines are taken before the query is sent, so
 * that a slow answer shortens them.
 */
export async function claimLease(
  database: Database,
  scope: string,
  holder: string,
  leaseMs: number,
): Promise<Lease | null> {
  const deadline = performance.now() + leaseMs
  const wallDeadline = Date.now() + leaseMs
  const row = await database.first<{ epoch: string }>(claimText, [scope, holder, leaseMs])
  return row ? { scope, holder, epoch: Number(row.epoch), deadline, wallDeadline } : null
}

/** Gives a lease up. The row stays, so that the next holder's epoch is higher. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.rows(
    `update leases set until = clock_timestamp() - interval '1 millisecond' where scope = $1 and holder = $2 and epoch = $3`,
    [lease.scope, lease.holder, lease.epoch],
  )
}

/** The first statement of every write of a turn. Throws Fenced when the lease is not held any more. */
export async function lockLease(database: Database, sql: Sql, lease: Lease): Promise<void> {
  const held = await database.first(
    `select 1 from leases where scope = $1 and holder = $2 and epoch = $3 and until > clock_timestamp() for update`,
    [lease.scope, lease.holder, lease.epoch],
    sql,
  )
  if (!held) throw new Fenced('lease')
}
