-- Of a visit that is over, what can be made anew is removed: its steps are its checklist's. Why: schema.sql.
alter table visit add column shared_checklist_id text collate "C";

-- An answer names a step that may have no row of its own.
alter table answer drop constraint answer_team_id_visit_id_step_id_fkey;

create table compaction (
  team_id text collate "C" not null primary key references team (id),
  until_day text collate "C" not null
);
