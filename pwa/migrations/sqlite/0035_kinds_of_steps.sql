-- Technology as an answer, and answers to the other kinds of steps. Why: schema.sql.
-- SQLite changes a check by its words, as in 0032: what is stored is as before, and no table with every answer is written anew.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''carer'', ''not_done''', '''carer'', ''technology'', ''not_done''')
where type = 'table' and name = 'answer';
update sqlite_schema set sql = replace(sql, '''together'', ''carer'')', '''together'', ''carer'', ''technology'')')
where type = 'table' and name in ('checklist_step', 'visit_step');
pragma writable_schema = reset;

create table filled_in (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  checklist_id text not null,
  place text not null,
  said text,
  reason text not null,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  seen integer not null,
  version integer,
  phone_id text,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create trigger filled_in_is_not_updated before update on filled_in
when old.version is not null
  or (new.team_id, new.visit_id, new.change_id, new.checklist_id, new.place, new.at, new.received_at, new.by_id,
    new.seen, new.reason)
  <> (old.team_id, old.visit_id, old.change_id, old.checklist_id, old.place, old.at, old.received_at, old.by_id,
    old.seen, old.reason)
  or coalesce(new.said, '') <> coalesce(old.said, '')
begin select raise(abort, 'what was filled in is never updated'); end;
create trigger filled_in_is_not_deleted before delete on filled_in
begin select raise(abort, 'what was filled in is never deleted'); end;
