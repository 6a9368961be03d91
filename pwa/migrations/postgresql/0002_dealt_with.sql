-- What needed a look can be dealt with. Why each table and column is there: schema.sql.

create table change_dealt_with (
  team_id text collate "C" not null,
  change_id text collate "C" not null,
  digest text collate "C" not null,
  n bigint not null,
  kind text collate "C" not null check (kind in ('dealt_with', 'put_back')),
  at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, change_id, digest, n),
  foreign key (team_id, change_id, digest) references change (team_id, id, digest)
);

create function change_dealt_with_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a dealing with a change is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger change_dealt_with_is_not_updated before update on change_dealt_with
for each row execute function change_dealt_with_is_not_updated();
create function change_dealt_with_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a dealing with a change is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger change_dealt_with_is_not_deleted before delete on change_dealt_with
for each row execute function change_dealt_with_is_not_deleted();
create trigger change_dealt_with_is_not_emptied before truncate on change_dealt_with
execute function change_dealt_with_is_not_deleted();
