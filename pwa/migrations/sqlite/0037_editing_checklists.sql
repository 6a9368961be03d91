-- A version begins on a day, a checklist can be retired, and organisers write the next version as a draft. Why: schema.sql.
alter table checklist add column starts_on text;
alter table checklist add column published_at text;
alter table checklist add column published_by_id text references person (id);

create table checklist_retired (
  checklist_id text not null primary key,
  at text not null,
  by_id text not null references person (id)
) strict;

create table checklist_draft (
  checklist_id text not null primary key,
  name text not null,
  number integer not null,
  definition text not null,
  closed_at text
) strict;

create table checklist_edit (
  checklist_id text not null references checklist_draft (checklist_id),
  number integer not null,
  back_to integer,
  definition text not null,
  did text not null,
  step_id text not null,
  label text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (checklist_id, number)
) strict;
