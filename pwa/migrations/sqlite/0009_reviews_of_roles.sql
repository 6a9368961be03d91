-- Somebody confirms that a role is still needed. Why: schema.sql.

create table role_review (
  team_id text not null references team (id),
  person_id text not null references person (id),
  name text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (team_id, person_id, name, at)
) strict;
create index role_review_by_person on role_review (person_id);

create trigger role_review_is_not_updated before update on role_review
begin select raise(abort, 'a review of a role is never updated'); end;
create trigger role_review_is_not_deleted before delete on role_review
begin select raise(abort, 'a review of a role is never deleted'); end;
