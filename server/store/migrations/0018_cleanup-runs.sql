-- Up Migration

-- A cleanup run is an event like any other; its page asks for it by the run's own id.
create index cleanup_runs_by_id on events ((data -> 'data' ->> 'runId')) where stream = 'job:cleanup';

-- Down Migration

drop index cleanup_runs_by_id;
