-- Who has read what of a citizen's, chained. Why each table and column is there: schema.sql.

create table access_log (
  id text collate "C" not null primary key,
  n bigint,
  hash text collate "C",
  at text collate "C" not null,
  received_at text collate "C" not null,
  kind text collate "C" not null check (kind in ('read', 'search', 'export', 'refused', 'purpose')),
  what text collate "C" not null check (what in (
    'visit', 'day', 'board', 'sync', 'offline', 'held', 'waiting', 'photo', 'guide', 'person', 'access_log'
  )),
  day text collate "C" not null,
  person_id text collate "C" not null references person (id),
  sign_in_id text collate "C" not null,
  phone_id text collate "C" not null,
  purpose text collate "C" not null check (purpose in (
    'own_route', 'substitute', 'handover', 'overview', 'control', 'other', 'not_said'
  )),
  words text collate "C" not null,
  about text collate "C" not null,
  check ((n is null) = (hash is null))
);
create unique index access_log_in_order on access_log (n);
create index access_log_without_place on access_log (received_at, id) where n is null;
create index access_log_by_time on access_log (at);
create index access_log_of_boards on access_log (day) where what = 'board';
create index access_log_by_person on access_log (person_id, at);

create table access_log_about (
  entry_id text collate "C" not null references access_log (id) on delete cascade,
  team_id text collate "C" not null,
  citizen_id text collate "C" not null,
  primary key (entry_id, team_id, citizen_id)
);
create index access_log_about_citizen on access_log_about (citizen_id, team_id, entry_id) where citizen_id <> '';

create table access_anchor (
  n bigint not null primary key,
  hash text collate "C" not null,
  count bigint not null,
  removed_at text collate "C" not null,
  rule text collate "C" not null,
  seal text collate "C" not null
);

create table access_sample (
  id text collate "C" not null,
  entry_id text collate "C" not null,
  position bigint not null,
  drawn_at text collate "C" not null,
  drawn_by_id text collate "C" not null references person (id),
  primary key (id, entry_id)
);
create index access_sample_by_time on access_sample (drawn_at);

create table access_verdict (
  entry_id text collate "C" not null,
  n bigint not null,
  verdict text collate "C" not null check (verdict in ('right', 'follow_up')),
  words text collate "C" not null,
  at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (entry_id, n)
);

create index visit_by_citizen on visit (citizen_id);

create function access_log_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'the access log is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_log_is_not_updated before update on access_log
for each row when (old.n is not null or new.n is null
  or (new.id, new.at, new.received_at, new.kind, new.what, new.day, new.person_id)
  <> (old.id, old.at, old.received_at, old.kind, old.what, old.day, old.person_id)
  or (new.sign_in_id, new.phone_id, new.purpose, new.words, new.about)
  <> (old.sign_in_id, old.phone_id, old.purpose, old.words, old.about)) execute function access_log_is_not_updated();
create function access_log_is_not_deleted() returns trigger language plpgsql as $$
begin
  if tg_level = 'STATEMENT' or old.n is null or not exists (select 1 from access_anchor where access_anchor.n >= old.n) then
    raise exception 'the access log is not deleted before its time' using errcode = 'integrity_constraint_violation';
  end if;
  return old;
end $$;
create trigger access_log_is_not_deleted before delete on access_log
for each row execute function access_log_is_not_deleted();
create trigger access_log_is_not_emptied before truncate on access_log
execute function access_log_is_not_deleted();
create function access_log_about_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'the access log is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_log_about_is_not_updated before update on access_log_about
for each row execute function access_log_about_is_not_updated();
create function access_log_about_is_not_deleted() returns trigger language plpgsql as $$
begin
  if tg_level = 'STATEMENT' or exists (select 1 from access_log where access_log.id = old.entry_id) then
    raise exception 'the access log is not deleted before its time' using errcode = 'integrity_constraint_violation';
  end if;
  return old;
end $$;
create trigger access_log_about_is_not_deleted before delete on access_log_about
for each row execute function access_log_about_is_not_deleted();
create trigger access_log_about_is_not_emptied before truncate on access_log_about
execute function access_log_about_is_not_deleted();

create function access_anchor_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'an anchor of the access log is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_anchor_is_not_updated before update on access_anchor
for each row execute function access_anchor_is_not_updated();
create function access_anchor_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'an anchor of the access log is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_anchor_is_not_deleted before delete on access_anchor
for each row execute function access_anchor_is_not_deleted();
create trigger access_anchor_is_not_emptied before truncate on access_anchor
execute function access_anchor_is_not_deleted();

create function access_sample_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a sample is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_sample_is_not_updated before update on access_sample
for each row execute function access_sample_is_not_updated();
create function access_sample_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a sample is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_sample_is_not_deleted before delete on access_sample
for each row execute function access_sample_is_not_deleted();
create trigger access_sample_is_not_emptied before truncate on access_sample
execute function access_sample_is_not_deleted();
create function access_verdict_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a verdict is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_verdict_is_not_updated before update on access_verdict
for each row execute function access_verdict_is_not_updated();
create function access_verdict_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a verdict is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger access_verdict_is_not_deleted before delete on access_verdict
for each row execute function access_verdict_is_not_deleted();
create trigger access_verdict_is_not_emptied before truncate on access_verdict
execute function access_verdict_is_not_deleted();
