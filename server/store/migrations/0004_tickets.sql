-- Up Migration

-- Requests without an answer may still take effect: every decision about their cluster reads them.
alter table intents add column repeated boolean not null default false;
create index intents_open on intents (cluster) where answered is null or answered = 'unclear';

-- Down Migration

drop index intents_open;
alter table intents drop column repeated;
