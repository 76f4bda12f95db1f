-- Up Migration

-- One-time links and API tokens. Only the SHA-256 of a secret is kept.
create table sign_in_links (
  secret_sha256 bytea primary key,
  person text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table api_tokens (
  secret_sha256 bytea primary key,
  person text not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Null: until it is revoked.
  expires_at timestamptz
);

-- Answers to requests that carried an Idempotency-Key. A row without a status is still being worked on.
create table idempotent_answers (
  key text primary key,
  fingerprint text not null,
  status integer,
  body jsonb,
  created_at timestamptz not null default clock_timestamp()
);

-- The sessions of the console, in the shape that connect-pg-simple reads and writes.
create table sessions (
  sid varchar primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index sessions_expire on sessions (expire);

-- Down Migration

drop table sessions, idempotent_answers, api_tokens, sign_in_links;
