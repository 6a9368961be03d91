-- Who has read what of a citizen's, chained. Why each table and column is there: schema.sql.

create table access_log (
  id text not null primary key,
  n integer,
  hash text,
  at text not null,
  received_at text not null,
  kind text not null check (kind in ('read', 'search', 'export', 'refused', 'purpose')),
  what text not null check (what in (
    'visit', 'day', 'board', 'sync', 'offline', 'held', 'waiting', 'photo', 'guide', 'person', 'access_log'
  )),
  day text not null,
  person_id text not null references person (id),
  sign_in_id text not null,
  phone_id text not null,
  purpose text not null check (purpose in (
    'own_route', 'substitute', 'handover', 'overview', 'control', 'other', 'not_said'
  )),
  words text not null,
  about text not null,
  check ((n is null) = (hash is null))
) strict;
create unique index access_log_in_order on access_log (n);
create index access_log_without_place on access_log (received_at, id) where n is null;
create index access_log_by_time on access_log (at);
create index access_log_of_boards on access_log (day) where what = 'board';
create index access_log_by_person on access_log (person_id, at);

create table access_log_about (
  entry_id text not null references access_log (id) on delete cascade,
  team_id text not null,
  citizen_id text not null,
  primary key (entry_id, team_id, citizen_id)
) strict;
create index access_log_about_citizen on access_log_about (citizen_id, team_id, entry_id) where citizen_id <> '';

create table access_anchor (
  n integer not null primary key,
  hash text not null,
  count integer not null,
  removed_at text not null,
  rule text not null,
  seal text not null
) strict;

create table access_sample (
  id text not null,
  entry_id text not null,
  position integer not null,
  drawn_at text not null,
  drawn_by_id text not null references person (id),
  primary key (id, entry_id)
) strict;
create index access_sample_by_time on access_sample (drawn_at);

create table access_verdict (
  entry_id text not null,
  n integer not null,
  verdict text not null check (verdict in ('right', 'follow_up')),
  words text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (entry_id, n)
) strict;

create index visit_by_citizen on visit (citizen_id);

create trigger access_log_is_not_updated before update on access_log
when old.n is not null or new.n is null
  or (new.id, new.at, new.received_at, new.kind, new.what, new.day, new.person_id)
  <> (old.id, old.at, old.received_at, old.kind, old.what, old.day, old.person_id)
  or (new.sign_in_id, new.phone_id, new.purpose, new.words, new.about)
  <> (old.sign_in_id, old.phone_id, old.purpose, old.words, old.about)
begin select raise(abort, 'the access log is never updated'); end;
create trigger access_log_is_not_deleted before delete on access_log
when old.n is null or not exists (select 1 from access_anchor where access_anchor.n >= old.n)
begin select raise(abort, 'the access log is not deleted before its time'); end;
create trigger access_log_about_is_not_updated before update on access_log_about
begin select raise(abort, 'the access log is never updated'); end;
create trigger access_log_about_is_not_deleted before delete on access_log_about
when exists (select 1 from access_log where access_log.id = old.entry_id)
begin select raise(abort, 'the access log is not deleted before its time'); end;

create trigger access_anchor_is_not_updated before update on access_anchor
begin select raise(abort, 'an anchor of the access log is never updated'); end;
create trigger access_anchor_is_not_deleted before delete on access_anchor
begin select raise(abort, 'an anchor of the access log is never deleted'); end;

create trigger access_sample_is_not_updated before update on access_sample
begin select raise(abort, 'a sample is never updated'); end;
create trigger access_sample_is_not_deleted before delete on access_sample
begin select raise(abort, 'a sample is never deleted'); end;
create trigger access_verdict_is_not_updated before update on access_verdict
begin select raise(abort, 'a verdict is never updated'); end;
create trigger access_verdict_is_not_deleted before delete on access_verdict
begin select raise(abort, 'a verdict is never deleted'); end;
