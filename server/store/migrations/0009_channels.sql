-- Up Migration

-- Where people are told what happened. What opens a channel is sealed; the rest may be shown.
create table channels (
  id uuid primary key,
  name text not null unique,
  enabled boolean not null,
  data jsonb not null,
  sealed_door text not null,
  created_at timestamptz not null default clock_timestamp()
);

-- The outbox: written in the transaction of the event, delivered by whichever replica comes first.
create table deliveries (
  id uuid primary key default gen_random_uuid(),
  channel_id uuid not null references channels (id) on delete cascade,
  notification jsonb not null,
  state text not null default 'waiting',
  tries integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  next_try_at timestamptz not null default clock_timestamp(),
  give_up_at timestamptz not null default clock_timestamp() + interval '1 day',
  -- Whose it is, and until when nobody else takes it.
  taken_by text,
  taken_until timestamptz,
  last_try_at timestamptz,
  last_answer text,
  ended_at timestamptz
);
create index deliveries_waiting on deliveries (next_try_at) where state = 'waiting';
create index deliveries_of_channel on deliveries (channel_id, created_at desc);
create index deliveries_newest on deliveries (created_at desc);

-- Roll backs that were asked for in chat and wait for their confirmation. Only the SHA-256 of a code is kept.
create table chat_confirmations (
  chat_user text not null,
  cluster text not null,
  code_sha256 bytea not null,
  from_group text not null,
  to_group text not null,
  expires_at timestamptz not null,
  primary key (chat_user, cluster)
);

-- Down Migration

drop table chat_confirmations, deliveries, channels;
