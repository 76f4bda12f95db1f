-- Up Migration
create index intents_unanswered on intents (scope) where answered is null;

-- Down Migration
drop index intents_unanswered;
