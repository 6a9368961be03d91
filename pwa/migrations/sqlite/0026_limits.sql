-- How much somebody has sent lately, so that nobody fills the database; and what needs a look is read by pages. Why each column is there: schema.sql.

create table allowance (
  person_id text not null references person (id),
  what text not null,
  level integer not null,
  at text not null,
  primary key (person_id, what)
) strict;

create index change_to_look_at on change (received_at desc, id, digest) where problem is not null;
