-- Technology as an answer, and answers to the other kinds of steps. Why: schema.sql.
alter table answer drop constraint answer_answer_check;
alter table answer add constraint answer_answer_check
check (answer in ('alone', 'together', 'carer', 'technology', 'not_done', 'not_relevant'));
alter table checklist_step drop constraint checklist_step_planned_check;
alter table checklist_step add constraint checklist_step_planned_check
check (planned in ('alone', 'together', 'carer', 'technology'));
alter table visit_step drop constraint visit_step_planned_check;
alter table visit_step add constraint visit_step_planned_check
check (planned in ('alone', 'together', 'carer', 'technology'));

create table filled_in (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  checklist_id text collate "C" not null,
  place text collate "C" not null,
  said text collate "C",
  reason text collate "C" not null,
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  seen bigint not null,
  version bigint,
  phone_id text collate "C",
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create function filled_in_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'what was filled in is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger filled_in_is_not_updated before update on filled_in
for each row when (old.version is not null
  or (new.team_id, new.visit_id, new.change_id, new.checklist_id, new.place, new.at, new.received_at, new.by_id,
    new.seen, new.reason)
  <> (old.team_id, old.visit_id, old.change_id, old.checklist_id, old.place, old.at, old.received_at, old.by_id,
    old.seen, old.reason)
  or coalesce(new.said, '') <> coalesce(old.said, '')) execute function filled_in_is_not_updated();
create function filled_in_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'what was filled in is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger filled_in_is_not_deleted before delete on filled_in
for each row execute function filled_in_is_not_deleted();
create trigger filled_in_is_not_emptied before truncate on filled_in
execute function filled_in_is_not_deleted();
