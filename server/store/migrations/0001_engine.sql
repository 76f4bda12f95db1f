-- Up Migration

-- One row for each scope that is advanced by one holder at a time. The epoch is the fencing token.
create table leases (
  scope text primary key,
  holder text not null,
  epoch bigint not null,
  until timestamptz not null
);

create table applications (
  name text primary key,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

create table clusters (
  name text primary key,
  application text not null,
  rule_arn text unique,
  version bigint not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

create table server_groups (
  name text primary key,
  cluster text not null references clusters (name),
  push integer not null,
  role text not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (cluster, push)
);
create index server_groups_present on server_groups (cluster) where role <> 'destroyed';

create table operations (
  id uuid primary key,
  cluster text not null,
  kind text not null,
  phase text not null,
  traffic boolean not null,
  -- Started and not at its end; one that waits in the queue is not active.
  active boolean not null,
  ended boolean not null,
  -- The group that a group operation is about.
  object text,
  data jsonb not null,
  wait jsonb,
  created_at timestamptz not null default clock_timestamp()
);
create unique index one_traffic_operation on operations (cluster) where active and traffic;
create unique index one_operation_of_a_group on operations (object, kind) where active and not traffic;
create index operations_open on operations (cluster) where not ended;
create index operations_newest on operations (created_at desc);

create table obligations (
  id uuid primary key,
  kind text not null,
  object text not null,
  cluster text,
  operation_id text not null,
  open boolean not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create unique index one_open_obligation on obligations (object, kind) where open;

create table intents (
  id uuid primary key,
  scope text not null,
  epoch bigint not null,
  object text not null,
  cluster text,
  operation_id text,
  api text not null,
  why text not null,
  call jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  at timestamptz not null,
  answered text,
  answered_at timestamptz,
  request_id text,
  message text
);
create index intents_of_operation on intents (operation_id, created_at);

create table bakes (
  id uuid primary key,
  application text not null,
  content_key text,
  phase text not null,
  active boolean not null,
  data jsonb not null,
  wait jsonb,
  log text not null default '',
  created_at timestamptz not null default clock_timestamp()
);
create unique index one_bake_of_a_key on bakes (content_key) where active and content_key is not null;
create index bakes_newest on bakes (created_at desc);

create table images (
  image_id text primary key,
  name text not null unique,
  application text not null,
  content_key text not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index images_of_key on images (content_key);

-- What happened: the deploy log, the audit trail and the live stream are this table.
create table events (
  seq bigint generated always as identity primary key,
  at timestamptz not null,
  stream text not null,
  cluster text,
  application text,
  actor jsonb not null,
  type text not null,
  sentence text not null,
  data jsonb not null
);
create index events_of_stream on events (stream, seq);
create index events_of_cluster on events (cluster, seq desc);
create index events_of_application on events (application, seq desc);

-- Down Migration

drop table events, images, bakes, intents, obligations, operations, server_groups, clusters, applications, leases;
