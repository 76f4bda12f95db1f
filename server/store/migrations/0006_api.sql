-- Up Migration

-- Lists are read a page at a time, from where the page before ended.
create index operations_of_cluster on operations (cluster, created_at desc, id desc);
create index intents_newest on intents (created_at desc, id desc);
create index images_newest on images (created_at desc, image_id desc);
create index events_of_person on events ((actor ->> 'name'), seq desc);
-- Answers that are older than a day are forgotten at each new one.
create index idempotent_answers_oldest on idempotent_answers (created_at);

-- Down Migration

drop index idempotent_answers_oldest, events_of_person, images_newest, intents_newest, operations_of_cluster;
