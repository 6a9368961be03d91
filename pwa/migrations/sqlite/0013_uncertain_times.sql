-- Times that are checked: when the newest change happened, and which times are uncertain. Why: schema.sql.

alter table phone add column latest_at text;

create table uncertain_time (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  earliest_at text,
  latest_at text not null,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

create trigger uncertain_time_is_not_updated before update on uncertain_time
begin select raise(abort, 'an uncertain time is never updated'); end;
create trigger uncertain_time_is_not_deleted before delete on uncertain_time
begin select raise(abort, 'an uncertain time is never deleted'); end;
