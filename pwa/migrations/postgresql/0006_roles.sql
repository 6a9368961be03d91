-- A role begins and ends; an administrator and a data-protection officer are roles too. Why: schema.sql.

create table role_before (
  team_id text collate "C" not null,
  person_id text collate "C" not null,
  name text collate "C" not null
);
insert into role_before (team_id, person_id, name) select team_id, person_id, name from role;
drop table role;

create table role (
  team_id text collate "C" not null references team (id),
  person_id text collate "C" not null references person (id),
  name text collate "C" not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  starts_at text collate "C" not null,
  ends_at text collate "C",
  ended_at text collate "C",
  given_by_id text collate "C" references person (id),
  ended_by_id text collate "C" references person (id),
  primary key (team_id, person_id, name, starts_at)
);
create index role_by_person on role (person_id);
create unique index role_not_ended on role (team_id, person_id, name) where ended_at is null;

insert into role (team_id, person_id, name, starts_at)
select team_id, person_id, name, '2000-01-01T00:00:00.000Z' from role_before;
drop table role_before;
