-- Up Migration

-- Whoever signed in through the identity provider, as it described them the last time.
create table people (
  id text primary key,
  name text not null,
  subject text not null,
  email text,
  groups jsonb not null default '[]',
  signed_in_at timestamptz not null default clock_timestamp()
);

create table grants (
  id uuid primary key,
  kind text not null,
  name text not null,
  role text not null,
  -- Null: every application.
  application text,
  granted_by text not null,
  granted_at timestamptz not null default clock_timestamp(),
  why text not null
);
create unique index one_grant_of_a_role on grants (kind, lower(name), role, coalesce(application, ''));

-- A row without a person's id was made by an earlier version for whoever runs the console: it is the machine's own.
alter table api_tokens
  add column id uuid not null default gen_random_uuid(),
  add column person_id text,
  add column label text,
  -- The first characters, by which its owner knows it again.
  add column prefix text,
  add column role text,
  add column applications jsonb,
  add column last_used_at timestamptz,
  add column revoked_at timestamptz;
create index api_tokens_of_person on api_tokens (person_id);

create index sessions_of_person on sessions ((sess -> 'signedIn' ->> 'person'));

-- Down Migration

drop index sessions_of_person;
drop index api_tokens_of_person;
alter table api_tokens
  drop column id,
  drop column person_id,
  drop column label,
  drop column prefix,
  drop column role,
  drop column applications,
  drop column last_used_at,
  drop column revoked_at;
drop table grants, people;
