-- Kinds of notes, additions, pins, and notes on the wrong citizen. Why: schema.sql.

alter table note add column kind text collate "C" not null default '' check (kind = '' or kind = 'to_leader');
alter table note add column pinned bigint not null default 0;
alter table note add column composed bigint not null default 0;
alter table note add column adds_to_id text collate "C";

create table note_mark (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  kind text collate "C" not null check (kind = 'pinned' or kind = 'read' or kind = 'unpinned' or kind = 'wrong_citizen'),
  note_id text collate "C" not null,
  pin_id text collate "C",
  other_visit_id text collate "C",
  by_leader bigint not null default 0,
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create index note_mark_by_note on note_mark (note_id);
create index note_mark_by_other_visit on note_mark (other_visit_id) where other_visit_id is not null;
create function note_mark_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a mark of a note is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger note_mark_is_not_updated before update on note_mark
for each row execute function note_mark_is_not_updated();
create function note_mark_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a mark of a note is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger note_mark_is_not_deleted before delete on note_mark
for each row execute function note_mark_is_not_deleted();
create trigger note_mark_is_not_emptied before truncate on note_mark
execute function note_mark_is_not_deleted();

create index visit_by_citizen_and_day on visit (team_id, citizen_id, day);
