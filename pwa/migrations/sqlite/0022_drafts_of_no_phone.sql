-- Who undoes on the server's own page gets her words back, half-written, and there is no phone. Why: schema.sql.

alter table draft rename to draft_before;

create table draft (
  person_id text not null references person (id),
  id text not null,
  phone_id text references phone (id),
  n integer not null,
  at text not null,
  received_at text not null,
  content text not null,
  settled_at text,
  settled_as text check (settled_as in ('gone', 'saved', 'discarded')),
  primary key (person_id, id)
) strict;

insert into draft (person_id, id, phone_id, n, at, received_at, content, settled_at, settled_as)
select person_id, id, phone_id, n, at, received_at, content, settled_at, settled_as from draft_before;
drop table draft_before;
