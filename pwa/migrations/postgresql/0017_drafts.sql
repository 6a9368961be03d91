-- What carers have half-written on their phones, as the phones told it. Why each column is there: schema.sql.

alter table phone add column draft_n bigint not null default 0;

create table draft (
  person_id text collate "C" not null references person (id),
  id text collate "C" not null,
  phone_id text collate "C" not null references phone (id),
  n bigint not null,
  at text collate "C" not null,
  received_at text collate "C" not null,
  content text collate "C" not null,
  settled_at text collate "C",
  settled_as text collate "C" check (settled_as in ('gone', 'saved', 'discarded')),
  primary key (person_id, id)
);
