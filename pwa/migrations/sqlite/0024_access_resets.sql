-- A role that whoever let somebody in could not have given ends the ways in. Why: schema.sql.

create table access_reset (
  person_id text not null references person (id),
  at text not null,
  name text not null,
  team_id text not null references team (id),
  primary key (person_id, at, name, team_id)
) strict;

create trigger access_reset_is_not_updated before update on access_reset
begin select raise(abort, 'an end of ways in is never updated'); end;
create trigger access_reset_is_not_deleted before delete on access_reset
begin select raise(abort, 'an end of ways in is never deleted'); end;
