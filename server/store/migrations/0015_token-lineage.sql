-- Up Migration

-- The token that it was made by: it ends with that one. A token of an earlier version has none.
alter table api_tokens add column made_by uuid;
create index api_tokens_made_by on api_tokens (made_by);

-- Down Migration

drop index api_tokens_made_by;
alter table api_tokens drop column made_by;
