-- Up Migration

-- What a bake's builder reported as installed. Long, and asked for by few pages: so not in the bake's own row.
create table bake_packages (
  bake_id uuid primary key references bakes (id),
  data jsonb not null
);

-- An image that is deregistered keeps its row, for the groups that ran it; its name may be baked again.
alter table images add column retired boolean not null default false;
alter table images drop constraint images_name_key;
create unique index images_name_key on images (name) where not retired;
create index images_of_base on images ((data ->> 'baseImageId'));

-- Down Migration

drop index images_of_base;
drop index images_name_key;
alter table images add constraint images_name_key unique (name);
alter table images drop column retired;
drop table bake_packages;
