-- Times that are checked: when the newest change happened, and which times are uncertain. Why: schema.sql.

alter table phone add column latest_at text collate "C";

create table uncertain_time (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  earliest_at text collate "C",
  latest_at text collate "C" not null,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);

create function uncertain_time_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'an uncertain time is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger uncertain_time_is_not_updated before update on uncertain_time
for each row execute function uncertain_time_is_not_updated();
create function uncertain_time_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'an uncertain time is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger uncertain_time_is_not_deleted before delete on uncertain_time
for each row execute function uncertain_time_is_not_deleted();
create trigger uncertain_time_is_not_emptied before truncate on uncertain_time
execute function uncertain_time_is_not_deleted();
