-- What carers have half-written on their phones, as the phones told it. Why each column is there: schema.sql.

alter table phone add column draft_n integer not null default 0;

create table draft (
  person_id text not null references person (id),
  id text not null,
  phone_id text not null references phone (id),
  n integer not null,
  at text not null,
  received_at text not null,
  content text not null,
  settled_at text,
  settled_as text check (settled_as in ('gone', 'saved', 'discarded')),
  primary key (person_id, id)
) strict;
