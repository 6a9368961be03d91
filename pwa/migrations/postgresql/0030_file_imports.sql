-- The files that came in, and what an import of a plan must know to be undone. Why each column is there: schema.sql.

create table file_import (
  id text collate "C" not null primary key,
  turn text collate "C" not null,
  kind text collate "C" not null check (kind in ('plan', 'people', 'checklists', 'guides', 'undo')),
  file text collate "C" not null,
  sha256 text collate "C" not null,
  command text collate "C" not null,
  account text collate "C" not null,
  began_at text collate "C" not null,
  alive_at text collate "C" not null,
  ended_at text collate "C",
  state text collate "C" not null check (state in ('under_way', 'broken_off', 'done', 'refused', 'stopped', 'undone')),
  added bigint not null,
  moved bigint not null,
  changed bigint not null,
  cancelled bigint not null,
  unchanged bigint not null,
  skipped bigint not null,
  mistake_count bigint not null,
  mistakes text collate "C" not null,
  going_on text collate "C" not null
);

create table visit_before_import (
  import_id text collate "C" not null references file_import (id),
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  before text collate "C",
  primary key (import_id, team_id, visit_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
