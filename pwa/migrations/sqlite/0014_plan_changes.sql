-- What the plan did to a carer's day is told until it was seen. Why each table and column is there: schema.sql.

create table plan_change (
  team_id text not null,
  visit_id text not null,
  id text not null,
  carer_id text not null references person (id),
  day text not null,
  at text not null,
  before text,
  after text not null,
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index plan_change_by_carer on plan_change (carer_id, day);

create table plan_change_seen (
  team_id text not null,
  visit_id text not null,
  plan_change_id text not null,
  by_id text not null references person (id),
  at text not null,
  received_at text not null,
  primary key (team_id, visit_id, plan_change_id),
  foreign key (team_id, visit_id, plan_change_id) references plan_change (team_id, visit_id, id)
) strict;

create trigger plan_change_is_not_updated before update on plan_change
begin select raise(abort, 'a change of the plan is never updated'); end;
create trigger plan_change_is_not_deleted before delete on plan_change
begin select raise(abort, 'a change of the plan is never deleted'); end;

create trigger plan_change_seen_is_not_updated before update on plan_change_seen
begin select raise(abort, 'a seeing of a change of the plan is never updated'); end;
create trigger plan_change_seen_is_not_deleted before delete on plan_change_seen
begin select raise(abort, 'a seeing of a change of the plan is never deleted'); end;
