-- Up Migration

-- What is noted of images beside their records, of those that others made too: a mark is written in bulk, and a person's word that an
-- image stays must not be lost to whoever writes the image's own row meanwhile.
create table image_marks (
  image_id text primary key,
  referenced_at timestamptz,
  referenced_by text,
  keep jsonb
);
create index image_marks_referenced on image_marks (referenced_at);

-- When marks were made: between two of them that are too far apart nobody knows what was used.
create table image_marks_made (
  at timestamptz primary key,
  in_use integer not null
);

-- One row at most.
create table image_retention_policy (
  the_one boolean primary key default true check (the_one),
  version integer not null,
  data jsonb not null
);

create table image_retention_runs (
  id uuid primary key,
  at timestamptz not null,
  kind text not null,
  open boolean not null,
  data jsonb not null,
  -- What it leaves and why. Long, and asked for by one page: so not in the run itself.
  staying jsonb not null default '[]'
);
create index image_retention_runs_newest on image_retention_runs (at desc);
create unique index image_retention_runs_open on image_retention_runs (open) where open;

-- Down Migration

drop table image_retention_runs;
drop table image_retention_policy;
drop table image_marks_made;
drop table image_marks;
