-- What somebody is to follow up, and what came of it. Why: schema.sql.
create table matter (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('observation', 'event', 'follow_up')),
  about text collate "C" not null check (about in (
    'food', 'movement', 'skin', 'mind', 'pain', 'toilet', 'other', 'citizen', 'colleague', 'leader', 'nurse', 'carer'
  )),
  text text collate "C" not null,
  to_id text collate "C" references person (id),
  due_on text collate "C",
  part_id text collate "C",
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create index matter_by_time on matter (team_id, at);
create index matter_by_person on matter (by_id, at) where kind = 'event';
create index matter_to_person on matter (to_id, at) where to_id is not null;

create table matter_said (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  id text collate "C" not null,
  matter_id text collate "C" not null,
  kind text collate "C" not null check (kind in (
    'class', 'what', 'place', 'proposal', 'colour', 'taken', 'done', 'opened', 'due', 'given', 'words'
  )),
  said text collate "C" not null,
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create index matter_said_given on matter_said (said) where kind = 'given';

create function matter_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'what is to be followed up is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger matter_is_not_updated before update on matter
for each row execute function matter_is_not_updated();
create function matter_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'what is to be followed up is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger matter_is_not_deleted before delete on matter
for each row execute function matter_is_not_deleted();
create trigger matter_is_not_emptied before truncate on matter
execute function matter_is_not_deleted();

create function matter_said_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'what was said of it is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger matter_said_is_not_updated before update on matter_said
for each row execute function matter_said_is_not_updated();
create function matter_said_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'what was said of it is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger matter_said_is_not_deleted before delete on matter_said
for each row execute function matter_said_is_not_deleted();
create trigger matter_said_is_not_emptied before truncate on matter_said
execute function matter_said_is_not_deleted();
