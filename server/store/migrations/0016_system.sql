-- Up Migration

-- The processes that share this database, as each describes itself every few seconds. Who stops in order takes its row away;
-- who dies leaves it, until it is forgotten.
create table replicas (
  id text primary key,
  report jsonb not null,
  started_at timestamptz not null default clock_timestamp(),
  beat_at timestamptz not null default clock_timestamp()
);

-- Null: held since before this was written down.
alter table leases add column since timestamptz;

-- Runs of recurring work that has a beginning and an end.
create table job_runs (
  id uuid primary key,
  job text not null,
  replica text not null,
  -- Null: it was its time.
  asked_by text,
  started_at timestamptz not null default clock_timestamp(),
  -- Null: it runs, or its process died.
  ended_at timestamptz,
  outcome text,
  did text,
  error text,
  -- What the run is known as elsewhere: the id of a cleanup run.
  result_id text,
  -- How often in a row it has failed in this way.
  times integer not null default 1
);
create index job_runs_newest on job_runs (job, started_at desc);

-- Down Migration

drop table job_runs;
alter table leases drop column since;
drop table replicas;
