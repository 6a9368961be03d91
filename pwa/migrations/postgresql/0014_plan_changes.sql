-- What the plan did to a carer's day is told until it was seen. Why each table and column is there: schema.sql.

create table plan_change (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  id text collate "C" not null,
  carer_id text collate "C" not null references person (id),
  day text collate "C" not null,
  at text collate "C" not null,
  before text collate "C",
  after text collate "C" not null,
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create index plan_change_by_carer on plan_change (carer_id, day);

create table plan_change_seen (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  plan_change_id text collate "C" not null,
  by_id text collate "C" not null references person (id),
  at text collate "C" not null,
  received_at text collate "C" not null,
  primary key (team_id, visit_id, plan_change_id),
  foreign key (team_id, visit_id, plan_change_id) references plan_change (team_id, visit_id, id)
);

create function plan_change_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a change of the plan is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger plan_change_is_not_updated before update on plan_change
for each row execute function plan_change_is_not_updated();
create function plan_change_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a change of the plan is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger plan_change_is_not_deleted before delete on plan_change
for each row execute function plan_change_is_not_deleted();
create trigger plan_change_is_not_emptied before truncate on plan_change
execute function plan_change_is_not_deleted();

create function plan_change_seen_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a seeing of a change of the plan is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger plan_change_seen_is_not_updated before update on plan_change_seen
for each row execute function plan_change_seen_is_not_updated();
create function plan_change_seen_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a seeing of a change of the plan is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger plan_change_seen_is_not_deleted before delete on plan_change_seen
for each row execute function plan_change_seen_is_not_deleted();
create trigger plan_change_seen_is_not_emptied before truncate on plan_change_seen
execute function plan_change_seen_is_not_deleted();
