-- A version begins on a day, a checklist can be retired, and organisers write the next version as a draft. Why: schema.sql.
alter table checklist add column starts_on text collate "C";
alter table checklist add column published_at text collate "C";
alter table checklist add column published_by_id text collate "C" references person (id);

create table checklist_retired (
  checklist_id text collate "C" not null primary key,
  at text collate "C" not null,
  by_id text collate "C" not null references person (id)
);

create table checklist_draft (
  checklist_id text collate "C" not null primary key,
  name text collate "C" not null,
  number bigint not null,
  definition text collate "C" not null,
  closed_at text collate "C"
);

create table checklist_edit (
  checklist_id text collate "C" not null references checklist_draft (checklist_id),
  number bigint not null,
  back_to bigint,
  definition text collate "C" not null,
  did text collate "C" not null,
  step_id text collate "C" not null,
  label text collate "C" not null,
  at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (checklist_id, number)
);
