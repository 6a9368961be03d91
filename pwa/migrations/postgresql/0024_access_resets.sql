-- A role that whoever let somebody in could not have given ends the ways in. Why: schema.sql.

create table access_reset (
  person_id text collate "C" not null references person (id),
  at text collate "C" not null,
  name text collate "C" not null,
  team_id text collate "C" not null references team (id),
  primary key (person_id, at, name, team_id)
);

create function access_reset_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'an end of ways in is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_reset_is_not_updated before update on access_reset
for each row execute function access_reset_is_not_updated();
create function access_reset_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'an end of ways in is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_reset_is_not_deleted before delete on access_reset
for each row execute function access_reset_is_not_deleted();
create trigger access_reset_is_not_emptied before truncate on access_reset
execute function access_reset_is_not_deleted();
