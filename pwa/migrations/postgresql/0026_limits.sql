-- How much somebody has sent lately, so that nobody fills the database; and what needs a look is read by pages. Why each column is there: schema.sql.

create table allowance (
  person_id text collate "C" not null references person (id),
  what text collate "C" not null,
  level bigint not null,
  at text collate "C" not null,
  primary key (person_id, what)
);

create index change_to_look_at on change (received_at desc, id, digest) where problem is not null;
