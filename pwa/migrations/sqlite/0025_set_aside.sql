-- Entries that the access log could not take, kept with the reason. Why each column is there: schema.sql.

create table access_set_aside (
  id text not null primary key,
  set_aside_at text not null,
  why text not null,
  entry text not null
) strict;
