-- The files that came in, and what an import of a plan must know to be undone. Why each column is there: schema.sql.

create table file_import (
  id text not null primary key,
  turn text not null,
  kind text not null check (kind in ('plan', 'people', 'checklists', 'guides', 'undo')),
  file text not null,
  sha256 text not null,
  command text not null,
  account text not null,
  began_at text not null,
  alive_at text not null,
  ended_at text,
  state text not null check (state in ('under_way', 'broken_off', 'done', 'refused', 'stopped', 'undone')),
  added integer not null,
  moved integer not null,
  changed integer not null,
  cancelled integer not null,
  unchanged integer not null,
  skipped integer not null,
  mistake_count integer not null,
  mistakes text not null,
  going_on text not null
) strict;

create table visit_before_import (
  import_id text not null references file_import (id),
  team_id text not null,
  visit_id text not null,
  before text,
  primary key (import_id, team_id, visit_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
