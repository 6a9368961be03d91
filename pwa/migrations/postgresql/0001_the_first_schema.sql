-- The first schema. Why each table and column is there: schema.sql.

create table team (
  id text collate "C" not null primary key,
  parent_id text collate "C" references team (id),
  name text collate "C" not null
);

create table person (
  id text collate "C" not null primary key,
  name text collate "C" not null,
  language text collate "C" not null default 'da' check (language in ('da', 'en'))
);

create table role (
  team_id text collate "C" not null references team (id),
  person_id text collate "C" not null references person (id),
  name text collate "C" not null check (name in ('carer', 'leader', 'organiser')),
  primary key (team_id, person_id, name)
);
create index role_by_person on role (person_id);

create table sign_in (
  id text collate "C" not null primary key,
  person_id text collate "C" not null references person (id),
  token_hash text collate "C" not null unique,
  began_at text collate "C" not null,
  used_at text collate "C" not null,
  ends_at text collate "C" not null,
  revoked_at text collate "C"
);
create index sign_in_by_person on sign_in (person_id);

create table phone (
  id text collate "C" not null primary key,
  person_id text collate "C" not null references person (id),
  sign_in_id text collate "C" not null,
  build text collate "C" not null,
  bound_at text collate "C" not null,
  heard_at text collate "C" not null,
  skew_ms bigint not null,
  highest_n bigint not null,
  replaced_at text collate "C"
);
create index phone_by_person on phone (person_id);
create index phone_by_sign_in on phone (sign_in_id);

create table phone_gap (
  phone_id text collate "C" not null references phone (id),
  first_n bigint not null,
  last_n bigint not null,
  primary key (phone_id, first_n)
);

create table checklist (
  id text collate "C" not null,
  version bigint not null,
  name text collate "C" not null,
  primary key (id, version)
);

create table checklist_step (
  checklist_id text collate "C" not null,
  version bigint not null,
  position bigint not null,
  id text collate "C" not null,
  label text collate "C" not null,
  help text collate "C" not null,
  planned text collate "C" not null check (planned in ('alone', 'together', 'carer')),
  primary key (checklist_id, version, position),
  foreign key (checklist_id, version) references checklist (id, version)
);

create table guide (
  team_id text collate "C" not null,
  id text collate "C" not null,
  title text collate "C" not null,
  body text collate "C" not null,
  primary key (team_id, id)
);
create index guide_by_id on guide (id);

create table media (
  sha256 text collate "C" not null primary key,
  type text collate "C" not null,
  content bytea not null
);

create table visit (
  team_id text collate "C" not null references team (id),
  id text collate "C" not null,
  number text collate "C" not null,
  day text collate "C" not null,
  starts_at text collate "C" not null,
  ends_at text collate "C" not null,
  minutes bigint not null,
  citizen_id text collate "C" not null,
  citizen_name text collate "C" not null,
  address text collate "C" not null,
  door text collate "C" not null,
  bring text collate "C" not null,
  checklist_name text collate "C" not null,
  checklist_version bigint not null,
  cancelled_at text collate "C",
  primary key (team_id, id),
  unique (team_id, id, day)
);
create index visit_by_id on visit (id);
create index visit_by_day on visit (team_id, day);
create index visit_by_number on visit (number);

create table visit_carer (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  day text collate "C" not null,
  carer_id text collate "C" not null references person (id),
  position bigint not null,
  primary key (team_id, visit_id, carer_id),
  foreign key (team_id, visit_id, day) references visit (team_id, id, day) on update cascade
);
create index visit_carer_by_day on visit_carer (carer_id, day);

create table visit_step (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  id text collate "C" not null,
  position bigint not null,
  label text collate "C" not null,
  help text collate "C" not null,
  planned text collate "C" not null check (planned in ('alone', 'together', 'carer')),
  removed_at text collate "C",
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);

create table visit_guide (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  position bigint not null,
  guide_id text collate "C" not null,
  primary key (team_id, visit_id, position),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create index visit_guide_by_guide on visit_guide (guide_id);

create table attendance (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('start', 'finish')),
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);

create table answer (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  step_id text collate "C",
  answer text collate "C" check (answer in ('alone', 'together', 'carer', 'not_done', 'not_relevant')),
  reason text collate "C" not null,
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  seen bigint not null,
  version bigint,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id),
  foreign key (team_id, visit_id, step_id) references visit_step (team_id, visit_id, id)
);

create table note (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  id text collate "C" not null,
  corrects_id text collate "C",
  text text collate "C" not null,
  written_at text collate "C" not null,
  received_at text collate "C" not null,
  written_by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id),
  foreign key (team_id, visit_id, corrects_id) references note (team_id, visit_id, id)
);

create table deviation (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('not_home', 'refused', 'moved', 'extra', 'other')),
  text text collate "C" not null,
  reported_at text collate "C" not null,
  received_at text collate "C" not null,
  reported_by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);

create table taken_back (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  taken_back_id text collate "C" not null,
  at text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);

create table change (
  team_id text collate "C" not null,
  id text collate "C" not null,
  digest text collate "C" not null,
  person_id text collate "C" not null references person (id),
  phone_id text collate "C",
  n bigint not null,
  name text collate "C" not null,
  at text collate "C",
  received_at text collate "C" not null,
  visit_id text collate "C",
  sent text collate "C" not null,
  words text collate "C" not null,
  fate text collate "C" not null check (fate in ('applied', 'refused', 'held')),
  problem text collate "C",
  primary key (id, digest, team_id),
  check ((fate = 'applied') = (problem is null))
);
create index change_with_problem on change (person_id, received_at) where problem is not null;

create table attention_read (
  person_id text collate "C" not null references person (id),
  change_id text collate "C" not null,
  read_at text collate "C" not null,
  primary key (person_id, change_id)
);

create table counter (
  team_id text collate "C" not null primary key,
  epoch text collate "C" not null,
  seq bigint not null
);

create table document (
  team_id text collate "C" not null,
  id text collate "C" not null,
  version bigint not null,
  day text collate "C",
  keep_until text collate "C",
  body text collate "C" not null,
  primary key (team_id, id),
  unique (team_id, version)
);

create function change_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'the log of changes is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger change_is_not_updated before update on change
for each row execute function change_is_not_updated();
create function change_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'the log of changes is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger change_is_not_deleted before delete on change
for each row execute function change_is_not_deleted();
create trigger change_is_not_emptied before truncate on change
execute function change_is_not_deleted();

create function note_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a note is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger note_is_not_updated before update on note
for each row execute function note_is_not_updated();
create function note_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a note is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger note_is_not_deleted before delete on note
for each row execute function note_is_not_deleted();
create trigger note_is_not_emptied before truncate on note
execute function note_is_not_deleted();

create function attendance_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'an attendance is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger attendance_is_not_updated before update on attendance
for each row execute function attendance_is_not_updated();
create function attendance_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'an attendance is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger attendance_is_not_deleted before delete on attendance
for each row execute function attendance_is_not_deleted();
create trigger attendance_is_not_emptied before truncate on attendance
execute function attendance_is_not_deleted();

create function answer_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'an answer is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger answer_is_not_updated before update on answer
for each row when (old.version is not null
  or (new.team_id, new.visit_id, new.change_id, new.at, new.received_at, new.by_id, new.seen, new.reason)
  <> (old.team_id, old.visit_id, old.change_id, old.at, old.received_at, old.by_id, old.seen, old.reason)
  or coalesce(new.step_id, '') <> coalesce(old.step_id, '')
  or coalesce(new.answer, '') <> coalesce(old.answer, '')) execute function answer_is_not_updated();
create function answer_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'an answer is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger answer_is_not_deleted before delete on answer
for each row execute function answer_is_not_deleted();
create trigger answer_is_not_emptied before truncate on answer
execute function answer_is_not_deleted();

create function deviation_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a deviation is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger deviation_is_not_updated before update on deviation
for each row execute function deviation_is_not_updated();
create function deviation_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a deviation is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger deviation_is_not_deleted before delete on deviation
for each row execute function deviation_is_not_deleted();
create trigger deviation_is_not_emptied before truncate on deviation
execute function deviation_is_not_deleted();

create function taken_back_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a taking back is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger taken_back_is_not_updated before update on taken_back
for each row execute function taken_back_is_not_updated();
create function taken_back_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a taking back is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger taken_back_is_not_deleted before delete on taken_back
for each row execute function taken_back_is_not_deleted();
create trigger taken_back_is_not_emptied before truncate on taken_back
execute function taken_back_is_not_deleted();
