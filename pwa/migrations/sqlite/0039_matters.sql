-- What somebody is to follow up, and what came of it. Why: schema.sql.
create table matter (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind in ('observation', 'event', 'follow_up')),
  about text not null check (about in (
    'food', 'movement', 'skin', 'mind', 'pain', 'toilet', 'other', 'citizen', 'colleague', 'leader', 'nurse', 'carer'
  )),
  text text not null,
  to_id text references person (id),
  due_on text,
  part_id text,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index matter_by_time on matter (team_id, at);
create index matter_by_person on matter (by_id, at) where kind = 'event';
create index matter_to_person on matter (to_id, at) where to_id is not null;

create table matter_said (
  team_id text not null,
  visit_id text not null,
  id text not null,
  matter_id text not null,
  kind text not null check (kind in (
    'class', 'what', 'place', 'proposal', 'colour', 'taken', 'done', 'opened', 'due', 'given', 'words'
  )),
  said text not null,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index matter_said_given on matter_said (said) where kind = 'given';

create trigger matter_is_not_updated before update on matter
begin select raise(abort, 'what is to be followed up is never updated'); end;
create trigger matter_is_not_deleted before delete on matter
begin select raise(abort, 'what is to be followed up is never deleted'); end;

create trigger matter_said_is_not_updated before update on matter_said
begin select raise(abort, 'what was said of it is never updated'); end;
create trigger matter_said_is_not_deleted before delete on matter_said
begin select raise(abort, 'what was said of it is never deleted'); end;
