-- Kinds of notes, additions, pins, and notes on the wrong citizen. Why: schema.sql.

alter table note add column kind text not null default '' check (kind = '' or kind = 'to_leader');
alter table note add column pinned integer not null default 0;
alter table note add column composed integer not null default 0;
alter table note add column adds_to_id text;

create table note_mark (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind = 'pinned' or kind = 'read' or kind = 'unpinned' or kind = 'wrong_citizen'),
  note_id text not null,
  pin_id text,
  other_visit_id text,
  by_leader integer not null default 0,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index note_mark_by_note on note_mark (note_id);
create index note_mark_by_other_visit on note_mark (other_visit_id) where other_visit_id is not null;
create trigger note_mark_is_not_updated before update on note_mark
begin select raise(abort, 'a mark of a note is never updated'); end;
create trigger note_mark_is_not_deleted before delete on note_mark
begin select raise(abort, 'a mark of a note is never deleted'); end;

create index visit_by_citizen_and_day on visit (team_id, citizen_id, day);
