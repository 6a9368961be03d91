-- Of a visit that is over, what can be made anew is removed: its steps are its checklist's. Why: schema.sql.
alter table visit add column shared_checklist_id text;

-- An answer names a step that may have no row of its own. SQLite drops a constraint by its words (sqlite.org/lang_altertable.html,
-- section 7: a change that leaves what is stored as it is); a table with every answer is not written anew for it.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, ',
  foreign key (team_id, visit_id, step_id) references visit_step (team_id, visit_id, id)', '')
where type = 'table' and name = 'answer';
pragma writable_schema = reset;

create table compaction (
  team_id text not null primary key references team (id),
  until_day text not null
) strict;
