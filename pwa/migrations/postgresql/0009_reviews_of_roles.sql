-- Somebody confirms that a role is still needed. Why: schema.sql.

create table role_review (
  team_id text collate "C" not null references team (id),
  person_id text collate "C" not null references person (id),
  name text collate "C" not null,
  at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, person_id, name, at)
);
create index role_review_by_person on role_review (person_id);

create function role_review_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a review of a role is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger role_review_is_not_updated before update on role_review
for each row execute function role_review_is_not_updated();
create function role_review_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a review of a role is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger role_review_is_not_deleted before delete on role_review
for each row execute function role_review_is_not_deleted();
create trigger role_review_is_not_emptied before truncate on role_review
execute function role_review_is_not_deleted();
