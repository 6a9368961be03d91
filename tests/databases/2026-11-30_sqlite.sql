BEGIN TRANSACTION;
CREATE TABLE access_anchor (
  n integer not null primary key,
  hash text not null,
  count integer not null,
  removed_at text not null,
  rule text not null,
  seal text not null
) strict;
CREATE TABLE access_log (
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
CREATE TABLE access_log_about (
  entry_id text not null references access_log (id) on delete cascade,
  team_id text not null,
  citizen_id text not null,
  primary key (entry_id, team_id, citizen_id)
) strict;
CREATE TABLE access_sample (
  id text not null,
  entry_id text not null,
  position integer not null,
  drawn_at text not null,
  drawn_by_id text not null references person (id),
  primary key (id, entry_id)
) strict;
CREATE TABLE access_verdict (
  entry_id text not null,
  n integer not null,
  verdict text not null check (verdict in ('right', 'follow_up')),
  words text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (entry_id, n)
) strict;
CREATE TABLE answer (
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
CREATE TABLE attempt (
  since text not null,
  what text not null,
  who text not null,
  count integer not null,
  primary key (since, what, who)
) strict;
CREATE TABLE attendance (
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
CREATE TABLE attention_read (
  person_id text not null references person (id),
  change_id text not null,
  read_at text not null,
  primary key (person_id, change_id)
) strict;
CREATE TABLE ceremony (
  token_hash text not null primary key,
  kind text not null,
  challenge text not null,
  person_id text references person (id),
  ends_at text not null
, code_hash text) strict;
CREATE TABLE change (
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
INSERT INTO "change" VALUES('nord','c','d','anna',NULL,1,'choose_language',NULL,'2026-11-30T00:00:00.000Z',NULL,'{}','{}','applied',NULL);
CREATE TABLE change_dealt_with (
  team_id text not null,
  change_id text not null,
  digest text not null,
  n integer not null,
  kind text not null check (kind in ('dealt_with', 'put_back')),
  at text not null,
  by_id text not null references person (id),
  primary key (team_id, change_id, digest, n),
  foreign key (team_id, change_id, digest) references change (team_id, id, digest)
) strict;
CREATE TABLE checklist (
  id text not null,
  version integer not null,
  name text not null,
  primary key (id, version)
) strict;
CREATE TABLE checklist_step (
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
CREATE TABLE claim_rule (
  id text not null primary key,
  value text not null,
  name text not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  team_id text not null references team (id),
  made_at text not null,
  made_by_id text not null references person (id),
  removed_at text,
  removed_by_id text references person (id)
) strict;
CREATE TABLE counter (
  team_id text not null primary key,
  epoch text not null,
  seq integer not null
) strict;
INSERT INTO "counter" VALUES('nord','e',7);
CREATE TABLE deviation (
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
CREATE TABLE document (
  team_id text not null,
  id text not null,
  version integer not null,
  day text,
  keep_until text,
  body text not null,
  primary key (team_id, id),
  unique (team_id, version)
) strict;
CREATE TABLE guide (
  team_id text not null,
  id text not null,
  title text not null,
  body text not null,
  primary key (team_id, id)
) strict;
CREATE TABLE identity (
  issuer text not null,
  subject text not null,
  person_id text not null references person (id),
  linked_at text not null,
  used_at text,
  removed_at text,
  primary key (issuer, subject, linked_at)
) strict;
CREATE TABLE invitation (
  id text not null primary key,
  person_id text not null references person (id),
  code_hash text not null unique,
  by_id text references person (id),
  made_at text not null,
  ends_at text not null,
  used_at text,
  withdrawn_at text
) strict;
CREATE TABLE media (
  sha256 text not null primary key,
  type text not null,
  content blob not null
) strict;
CREATE TABLE note (
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
CREATE TABLE passkey (
  id text not null primary key,
  person_id text not null references person (id),
  name text not null,
  public_key blob not null,
  sign_count integer not null,
  transports text not null,
  made_at text not null,
  used_at text,
  went_back_at text,
  removed_at text
) strict;
CREATE TABLE person (
  id text not null primary key,
  name text not null,
  language text not null default 'da' check (language in ('da', 'en'))
) strict;
INSERT INTO "person" VALUES('anna','Anna Lund','da');
CREATE TABLE phone (
  id text not null primary key,
  person_id text not null references person (id),
  sign_in_id text not null,
  build text not null,
  bound_at text not null,
  heard_at text not null,
  skew_ms integer not null,
  highest_n integer not null,
  replaced_at text
, revoked_at text, revoked_by_id text references person (id), revoked_as text check (revoked_as in ('revoked', 'lost')), wiped_at text) strict;
CREATE TABLE phone_gap (
  phone_id text not null references phone (id),
  first_n integer not null,
  last_n integer not null,
  primary key (phone_id, first_n)
) strict;
CREATE TABLE photo (
  sha256 text not null primary key,
  type text not null check (type in ('image/jpeg', 'image/png', 'image/webp')),
  bytes integer not null,
  pixels integer not null,
  stored_as text not null,
  stored_sha256 text not null,
  stored_bytes integer not null,
  received_at text not null,
  referenced_at text
) strict;
CREATE TABLE photo_reference (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  sha256 text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id, sha256),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
CREATE TABLE photo_sender (
  sha256 text not null references photo (sha256) on delete cascade,
  person_id text not null references person (id),
  received_at text not null,
  primary key (sha256, person_id)
) strict;
CREATE TABLE recovery_code (
  code_hash text not null primary key,
  person_id text not null references person (id),
  made_at text not null,
  used_at text,
  withdrawn_at text
) strict;
CREATE TABLE role (
  team_id text not null references team (id),
  person_id text not null references person (id),
  name text not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  starts_at text not null,
  ends_at text,
  ended_at text,
  given_by_id text references person (id),
  ended_by_id text references person (id), rule_id text references claim_rule (id),
  primary key (team_id, person_id, name, starts_at)
) strict;
INSERT INTO "role" VALUES('nord','anna','carer','2026-01-01T00:00:00.000Z',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE role_review (
  team_id text not null references team (id),
  person_id text not null references person (id),
  name text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (team_id, person_id, name, at)
) strict;
CREATE TABLE sign_in (
  id text not null primary key,
  person_id text not null references person (id),
  token_hash text not null unique,
  began_at text not null,
  used_at text not null,
  ends_at text not null,
  revoked_at text
, passkey_id text references passkey (id), device text not null default '', confirmed_at text, revoked_by_id text references person (id)) strict;
CREATE TABLE taken_back (
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
CREATE TABLE team (
  id text not null primary key,
  parent_id text references team (id),
  name text not null
) strict;
INSERT INTO "team" VALUES('nord',NULL,'Nord');
CREATE TABLE visit (
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
CREATE TABLE visit_carer (
  team_id text not null,
  visit_id text not null,
  day text not null,
  carer_id text not null references person (id),
  position integer not null,
  primary key (team_id, visit_id, carer_id),
  foreign key (team_id, visit_id, day) references visit (team_id, id, day) on update cascade
) strict;
CREATE TABLE visit_guide (
  team_id text not null,
  visit_id text not null,
  position integer not null,
  guide_id text not null,
  primary key (team_id, visit_id, position),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
CREATE TABLE visit_plan (
  team_id text not null,
  visit_id text not null,
  body text not null,
  primary key (team_id, visit_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
CREATE TABLE visit_step (
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
CREATE INDEX sign_in_by_person on sign_in (person_id);
CREATE INDEX phone_by_person on phone (person_id);
CREATE INDEX phone_by_sign_in on phone (sign_in_id);
CREATE INDEX guide_by_id on guide (id);
CREATE INDEX visit_by_id on visit (id);
CREATE INDEX visit_by_day on visit (team_id, day);
CREATE INDEX visit_by_number on visit (number);
CREATE INDEX visit_carer_by_day on visit_carer (carer_id, day);
CREATE INDEX visit_guide_by_guide on visit_guide (guide_id);
CREATE INDEX change_with_problem on change (person_id, received_at) where problem is not null;
CREATE TRIGGER change_is_not_updated before update on change
begin select raise(abort, 'the log of changes is never updated'); end;
CREATE TRIGGER change_is_not_deleted before delete on change
begin select raise(abort, 'the log of changes is never deleted'); end;
CREATE TRIGGER note_is_not_updated before update on note
begin select raise(abort, 'a note is never updated'); end;
CREATE TRIGGER note_is_not_deleted before delete on note
begin select raise(abort, 'a note is never deleted'); end;
CREATE TRIGGER attendance_is_not_updated before update on attendance
begin select raise(abort, 'an attendance is never updated'); end;
CREATE TRIGGER attendance_is_not_deleted before delete on attendance
begin select raise(abort, 'an attendance is never deleted'); end;
CREATE TRIGGER answer_is_not_updated before update on answer
when old.version is not null
  or (new.team_id, new.visit_id, new.change_id, new.at, new.received_at, new.by_id, new.seen, new.reason)
  <> (old.team_id, old.visit_id, old.change_id, old.at, old.received_at, old.by_id, old.seen, old.reason)
  or coalesce(new.step_id, '') <> coalesce(old.step_id, '')
  or coalesce(new.answer, '') <> coalesce(old.answer, '')
begin select raise(abort, 'an answer is never updated'); end;
CREATE TRIGGER answer_is_not_deleted before delete on answer
begin select raise(abort, 'an answer is never deleted'); end;
CREATE TRIGGER deviation_is_not_updated before update on deviation
begin select raise(abort, 'a deviation is never updated'); end;
CREATE TRIGGER deviation_is_not_deleted before delete on deviation
begin select raise(abort, 'a deviation is never deleted'); end;
CREATE TRIGGER taken_back_is_not_updated before update on taken_back
begin select raise(abort, 'a taking back is never updated'); end;
CREATE TRIGGER taken_back_is_not_deleted before delete on taken_back
begin select raise(abort, 'a taking back is never deleted'); end;
CREATE TRIGGER change_dealt_with_is_not_updated before update on change_dealt_with
begin select raise(abort, 'a dealing with a change is never updated'); end;
CREATE TRIGGER change_dealt_with_is_not_deleted before delete on change_dealt_with
begin select raise(abort, 'a dealing with a change is never deleted'); end;
CREATE INDEX photo_without_reference on photo (received_at) where referenced_at is null;
CREATE INDEX photo_by_place on photo (stored_as);
CREATE INDEX photo_reference_by_photo on photo_reference (sha256);
CREATE TRIGGER photo_reference_is_not_updated before update on photo_reference
begin select raise(abort, 'a reference to a photo is never updated'); end;
CREATE TRIGGER photo_reference_is_not_deleted before delete on photo_reference
begin select raise(abort, 'a reference to a photo is never deleted'); end;
CREATE INDEX passkey_by_person on passkey (person_id);
CREATE INDEX ceremony_by_end on ceremony (ends_at);
CREATE INDEX role_by_person on role (person_id);
CREATE UNIQUE INDEX role_not_ended on role (team_id, person_id, name) where ended_at is null;
CREATE INDEX invitation_by_person on invitation (person_id);
CREATE INDEX recovery_code_by_person on recovery_code (person_id);
CREATE INDEX role_review_by_person on role_review (person_id);
CREATE TRIGGER role_review_is_not_updated before update on role_review
begin select raise(abort, 'a review of a role is never updated'); end;
CREATE TRIGGER role_review_is_not_deleted before delete on role_review
begin select raise(abort, 'a review of a role is never deleted'); end;
CREATE UNIQUE INDEX access_log_in_order on access_log (n);
CREATE INDEX access_log_without_place on access_log (received_at, id) where n is null;
CREATE INDEX access_log_by_time on access_log (at);
CREATE INDEX access_log_of_boards on access_log (day) where what = 'board';
CREATE INDEX access_log_by_person on access_log (person_id, at);
CREATE INDEX access_log_about_citizen on access_log_about (citizen_id, team_id, entry_id) where citizen_id <> '';
CREATE INDEX access_sample_by_time on access_sample (drawn_at);
CREATE INDEX visit_by_citizen on visit (citizen_id);
CREATE TRIGGER access_log_is_not_updated before update on access_log
when old.n is not null or new.n is null
  or (new.id, new.at, new.received_at, new.kind, new.what, new.day, new.person_id)
  <> (old.id, old.at, old.received_at, old.kind, old.what, old.day, old.person_id)
  or (new.sign_in_id, new.phone_id, new.purpose, new.words, new.about)
  <> (old.sign_in_id, old.phone_id, old.purpose, old.words, old.about)
begin select raise(abort, 'the access log is never updated'); end;
CREATE TRIGGER access_log_is_not_deleted before delete on access_log
when old.n is null or not exists (select 1 from access_anchor where access_anchor.n >= old.n)
begin select raise(abort, 'the access log is not deleted before its time'); end;
CREATE TRIGGER access_log_about_is_not_updated before update on access_log_about
begin select raise(abort, 'the access log is never updated'); end;
CREATE TRIGGER access_log_about_is_not_deleted before delete on access_log_about
when exists (select 1 from access_log where access_log.id = old.entry_id)
begin select raise(abort, 'the access log is not deleted before its time'); end;
CREATE TRIGGER access_anchor_is_not_updated before update on access_anchor
begin select raise(abort, 'an anchor of the access log is never updated'); end;
CREATE TRIGGER access_anchor_is_not_deleted before delete on access_anchor
begin select raise(abort, 'an anchor of the access log is never deleted'); end;
CREATE TRIGGER access_sample_is_not_updated before update on access_sample
begin select raise(abort, 'a sample is never updated'); end;
CREATE TRIGGER access_sample_is_not_deleted before delete on access_sample
begin select raise(abort, 'a sample is never deleted'); end;
CREATE TRIGGER access_verdict_is_not_updated before update on access_verdict
begin select raise(abort, 'a verdict is never updated'); end;
CREATE TRIGGER access_verdict_is_not_deleted before delete on access_verdict
begin select raise(abort, 'a verdict is never deleted'); end;
CREATE INDEX identity_by_person on identity (person_id);
CREATE UNIQUE INDEX identity_not_removed on identity (issuer, subject) where removed_at is null;
CREATE UNIQUE INDEX claim_rule_not_removed on claim_rule (value, name, team_id) where removed_at is null;
COMMIT;
pragma user_version = 11;
