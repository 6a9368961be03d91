-- The first schema. Why each table and column is there: schema.sql.

create table team (
  id text not null primary key,
  parent_id text references team (id),
  name text not null
) strict;

create table person (
  id text not null primary key,
  name text not null,
  language text not null default 'da' check (language in ('da', 'en'))
) strict;

create table role (
  team_id text not null references team (id),
  person_id text not null references person (id),
  name text not null check (name in ('carer', 'leader', 'organiser')),
  primary key (team_id, person_id, name)
) strict;
create index role_by_person on role (person_id);

create table sign_in (
  id text not null primary key,
  person_id text not null references person (id),
  token_hash text not null unique,
  began_at text not null,
  used_at text not null,
  ends_at text not null,
  revoked_at text
) strict;
create index sign_in_by_person on sign_in (person_id);

create table phone (
  id text not null primary key,
  person_id text not null references person (id),
  sign_in_id text not null,
  build text not null,
  bound_at text not null,
  heard_at text not null,
  skew_ms integer not null,
  highest_n integer not null,
  replaced_at text
) strict;
create index phone_by_person on phone (person_id);
create index phone_by_sign_in on phone (sign_in_id);

create table phone_gap (
  phone_id text not null references phone (id),
  first_n integer not null,
  last_n integer not null,
  primary key (phone_id, first_n)
) strict;

create table checklist (
  id text not null,
  version integer not null,
  name text not null,
  primary key (id, version)
) strict;

create table checklist_step (
  checklist_id text not null,
  version integer not null,
  position integer not null,
  id text not null,
  label text not null,
  help text not null,
  planned text not null check (planned in ('alone', 'together', 'carer')),
  primary key (checklist_id, version, position),
  foreign key (checklist_id, version) references checklist (id, version)
) strict;

create table guide (
  team_id text not null,
  id text not null,
  title text not null,
  body text not null,
  primary key (team_id, id)
) strict;
create index guide_by_id on guide (id);

create table media (
  sha256 text not null primary key,
  type text not null,
  content blob not null
) strict;

create table visit (
  team_id text not null references team (id),
  id text not null,
  number text not null,
  day text not null,
  starts_at text not null,
  ends_at text not null,
  minutes integer not null,
  citizen_id text not null,
  citizen_name text not null,
  address text not null,
  door text not null,
  bring text not null,
  checklist_name text not null,
  checklist_version integer not null,
  cancelled_at text,
  primary key (team_id, id),
  unique (team_id, id, day)
) strict;
create index visit_by_id on visit (id);
create index visit_by_day on visit (team_id, day);
create index visit_by_number on visit (number);

create table visit_carer (
  team_id text not null,
  visit_id text not null,
  day text not null,
  carer_id text not null references person (id),
  position integer not null,
  primary key (team_id, visit_id, carer_id),
  foreign key (team_id, visit_id, day) references visit (team_id, id, day) on update cascade
) strict;
create index visit_carer_by_day on visit_carer (carer_id, day);

create table visit_step (
  team_id text not null,
  visit_id text not null,
  id text not null,
  position integer not null,
  label text not null,
  help text not null,
  planned text not null check (planned in ('alone', 'together', 'carer')),
  removed_at text,
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

create table visit_guide (
  team_id text not null,
  visit_id text not null,
  position integer not null,
  guide_id text not null,
  primary key (team_id, visit_id, position),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index visit_guide_by_guide on visit_guide (guide_id);

create table attendance (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind in ('start', 'finish')),
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

create table answer (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  step_id text,
  answer text check (answer in ('alone', 'together', 'carer', 'not_done', 'not_relevant')),
  reason text not null,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  seen integer not null,
  version integer,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id),
  foreign key (team_id, visit_id, step_id) references visit_step (team_id, visit_id, id)
) strict;

create table note (
  team_id text not null,
  visit_id text not null,
  id text not null,
  corrects_id text,
  text text not null,
  written_at text not null,
  received_at text not null,
  written_by_id text not null references person (id),
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id),
  foreign key (team_id, visit_id, corrects_id) references note (team_id, visit_id, id)
) strict;

create table deviation (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind in ('not_home', 'refused', 'moved', 'extra', 'other')),
  text text not null,
  reported_at text not null,
  received_at text not null,
  reported_by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

create table taken_back (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  taken_back_id text not null,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

create table change (
  team_id text not null,
  id text not null,
  digest text not null,
  person_id text not null references person (id),
  phone_id text,
  n integer not null,
  name text not null,
  at text,
  received_at text not null,
  visit_id text,
  sent text not null,
  words text not null,
  fate text not null check (fate in ('applied', 'refused', 'held')),
  problem text,
  primary key (id, digest, team_id),
  check ((fate = 'applied') = (problem is null))
) strict;
create index change_with_problem on change (person_id, received_at) where problem is not null;

create table attention_read (
  person_id text not null references person (id),
  change_id text not null,
  read_at text not null,
  primary key (person_id, change_id)
) strict;

create table counter (
  team_id text not null primary key,
  epoch text not null,
  seq integer not null
) strict;

create table document (
  team_id text not null,
  id text not null,
  version integer not null,
  day text,
  keep_until text,
  body text not null,
  primary key (team_id, id),
  unique (team_id, version)
) strict;

create trigger change_is_not_updated before update on change
begin select raise(abort, 'the log of changes is never updated'); end;
create trigger change_is_not_deleted before delete on change
begin select raise(abort, 'the log of changes is never deleted'); end;

create trigger note_is_not_updated before update on note
begin select raise(abort, 'a note is never updated'); end;
create trigger note_is_not_deleted before delete on note
begin select raise(abort, 'a note is never deleted'); end;

create trigger attendance_is_not_updated before update on attendance
begin select raise(abort, 'an attendance is never updated'); end;
create trigger attendance_is_not_deleted before delete on attendance
begin select raise(abort, 'an attendance is never deleted'); end;

create trigger answer_is_not_updated before update on answer
when old.version is not null
  or (new.team_id, new.visit_id, new.change_id, new.at, new.received_at, new.by_id, new.seen, new.reason)
  <> (old.team_id, old.visit_id, old.change_id, old.at, old.received_at, old.by_id, old.seen, old.reason)
  or coalesce(new.step_id, '') <> coalesce(old.step_id, '')
  or coalesce(new.answer, '') <> coalesce(old.answer, '')
begin select raise(abort, 'an answer is never updated'); end;
create trigger answer_is_not_deleted before delete on answer
begin select raise(abort, 'an answer is never deleted'); end;

create trigger deviation_is_not_updated before update on deviation
begin select raise(abort, 'a deviation is never updated'); end;
create trigger deviation_is_not_deleted before delete on deviation
begin select raise(abort, 'a deviation is never deleted'); end;

create trigger taken_back_is_not_updated before update on taken_back
begin select raise(abort, 'a taking back is never updated'); end;
create trigger taken_back_is_not_deleted before delete on taken_back
begin select raise(abort, 'a taking back is never deleted'); end;
