-- Up Migration

-- What keeps changes from starting: holds, stops, deploy windows and freezes.
create table restraints (
  id uuid primary key,
  kind text not null,
  -- From when on nothing of it can matter; null: that is open.
  over_at timestamptz,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index restraints_open on restraints (over_at);

-- Down Migration

drop table restraints;
