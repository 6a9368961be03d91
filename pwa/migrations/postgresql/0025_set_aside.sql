-- Entries that the access log could not take, kept with the reason. Why each column is there: schema.sql.

create table access_set_aside (
  id text collate "C" not null primary key,
  set_aside_at text collate "C" not null,
  why text collate "C" not null,
  entry text collate "C" not null
);
