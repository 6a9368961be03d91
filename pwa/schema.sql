-- The whole schema as it is today, in SQLite's words. Nothing runs this file: migrations/sqlite/ arrive at it, and
-- migrations/postgresql/ at the same in PostgreSQL's words; tests compare all three.
--
-- Ids are lower-case UUIDs. Times are UTC text with milliseconds and Z, so that text order is time order.
-- Days are Danish days. Whatever belongs to a team has team_id in its key, so that a larger engine
-- can spread it by team; nothing but reading speed depends on that.
-- What a person has written is never updated and never deleted: triggers refuse it, at the end of the file.
-- Where rows come many at a time, a check says three words and more with "or": of a list (in) SQLite makes a table of its
-- own, for each row anew.

-- People and teams ------------------------------------------------------------------------------------------

-- The tree: municipality, area, team.
create table team (
  id text not null primary key,
  parent_id text references team (id),  -- null at the top
  name text not null
) strict;

create table person (
  id text not null primary key,
  name text not null,
  language text not null default 'da' check (language in ('da', 'en')),
  phone text not null default '',   -- a number at work, as it was written
  phone_by_id text references person (id),  -- who wrote it here, and lists leave it; null: a list did, or there is none
  list_phone text not null default '',  -- what the list said last, for when nothing is written here any more
  phone_at text                     -- when it was written here; null: it was not, or before that was kept
) strict;

-- What an administrator has said that a claim of the municipality's own sign-in means: whoever comes with this value
-- has this role here. Never deleted: who let in whom by what must be told later too.
create table claim_rule (
  id text not null primary key,
  value text not null,              -- one of the values of the claim that carries roles, exactly
  name text not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  team_id text not null references team (id),
  made_at text not null,
  made_by_id text not null references person (id),
  removed_at text,
  removed_by_id text references person (id)
) strict;
create unique index claim_rule_not_removed on claim_rule (value, name, team_id) where removed_at is null;

-- What somebody may do, in this team and in everything under it, from when until when. Never deleted: who was let
-- in by whom must be told later too.
create table role (
  team_id text not null references team (id),
  person_id text not null references person (id),
  name text not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  starts_at text not null,
  ends_at text,                     -- the first moment after it, when that is known beforehand
  ended_at text,                    -- when somebody ended it, or gave it anew after it had run out
  given_by_id text references person (id),  -- null: a list of employees, the command line, or claims
  ended_by_id text references person (id),
  rule_id text references claim_rule (id),  -- it came with a claim, and goes with it; null: given otherwise
  primary key (team_id, person_id, name, starts_at)
) strict;
create index role_by_person on role (person_id);
create unique index role_not_ended on role (team_id, person_id, name) where ended_at is null;

-- Somebody who may give a role has looked at who has it, and said by name that it is still needed.
create table role_review (
  team_id text not null references team (id),
  person_id text not null references person (id),
  name text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (team_id, person_id, name, at)
) strict;
create index role_review_by_person on role_review (person_id);

-- Somebody's ways in ended, because this role came and whoever had let them in could not have given it.
create table access_reset (
  person_id text not null references person (id),
  at text not null,
  name text not null,
  team_id text not null references team (id),
  primary key (person_id, at, name, team_id)
) strict;

-- A passkey's public half. The id is the credential's, in base64url as browsers write it.
create table passkey (
  id text not null primary key,
  person_id text not null references person (id),
  name text not null,
  public_key blob not null,         -- COSE
  sign_count integer not null,      -- 0 for ever, or higher each time
  transports text not null,         -- how a browser reaches it, with spaces between
  made_at text not null,
  used_at text,
  went_back_at text,                -- its counter went back: somebody may have a copy
  removed_at text
) strict;
create index passkey_by_person on passkey (person_id);

-- Whom the municipality's own sign-in means by whom. A provider (issuer) never uses a subject for somebody else.
create table identity (
  issuer text not null,
  subject text not null,
  person_id text not null references person (id),
  linked_at text not null,
  used_at text,
  removed_at text,
  primary key (issuer, subject, linked_at)
) strict;
create index identity_by_person on identity (person_id);
create unique index identity_not_removed on identity (issuer, subject) where removed_at is null;

-- A challenge that was given to a browser, and what for. It goes the first time that it is answered.
create table ceremony (
  token_hash text not null primary key,  -- SHA-256 of the short cookie's token
  kind text not null,
  challenge text not null,          -- base64url
  person_id text references person (id),  -- whose passkey it is about; null: whoever has one
  ends_at text not null,
  code_hash text                    -- the invitation's or recovery code that a passkey made with it uses up
) strict;
create index ceremony_by_end on ceremony (ends_at);

-- Somebody has let a person in: whoever has the code may make a passkey that is this person's, once, soon.
create table invitation (
  id text not null primary key,
  person_id text not null references person (id),
  code_hash text not null unique,   -- HMAC-SHA256 of the code's digits, with a secret that is not here
  by_id text references person (id),  -- null: the command line
  made_at text not null,
  ends_at text not null,
  used_at text,
  withdrawn_at text                 -- a newer one was made
) strict;
create index invitation_by_person on invitation (person_id);

-- Ten codes that somebody keeps on paper, each of which lets them make a new passkey once.
create table recovery_code (
  code_hash text not null primary key,  -- HMAC-SHA256 of the code's digits; or SHA-256, of old ones
  person_id text not null references person (id),
  made_at text not null,
  used_at text,
  withdrawn_at text                 -- ten newer ones were made
) strict;
create index recovery_code_by_person on recovery_code (person_id);

-- How often something was tried in a stretch of time, so that nobody tries for ever. Kept for an hour.
create table attempt (
  since text not null,              -- when the stretch began
  what text not null,
  who text not null,                -- a browser, a person, an address (of IPv6 the first 64 bits), or what was tried from one
  count integer not null,
  primary key (since, what, who)
) strict;

-- How much somebody has sent lately: a level that sinks with time (care/sync/limits.py). Who is above it comes again later.
create table allowance (
  person_id text not null references person (id),
  what text not null,
  level integer not null,           -- in millionths, as it was then
  at text not null,
  primary key (person_id, what)
) strict;

-- One row per phone or browser that is signed in; revoking one leaves the others.
create table sign_in (
  id text not null primary key,
  person_id text not null references person (id),
  token_hash text not null unique,  -- SHA-256 of the cookie's token, in hex
  began_at text not null,
  used_at text not null,            -- for the limit on idle time
  ends_at text not null,            -- the absolute limit
  revoked_at text,
  passkey_id text references passkey (id),  -- null: single sign-on; or the demo, where nobody proves anything
  device text not null default '',  -- what the browser says that it is, in a word or two
  confirmed_at text,                -- when a passkey, or the provider, said last who sits there
  revoked_by_id text references person (id),  -- null: by signing out, by signing in again, or see access_reset
  vault_hash text                   -- SHA-256 in hex of what only the open vault on this phone has; null: the cookie is enough
) strict;
create index sign_in_by_person on sign_in (person_id);

-- A phone is an id that an app made at its first start. It is bound to the person of its first sync.
create table phone (
  id text not null primary key,
  person_id text not null references person (id),
  sign_in_id text not null,         -- the newest that it came with
  build text not null,
  bound_at text not null,
  heard_at text not null,           -- last contact: the board's "not heard since"
  skew_ms integer not null,         -- to add to the phone's clock, measured at that contact
  highest_n integer not null,       -- the highest number of a change that has come
  replaced_at text,                 -- its sign-in came with a new phone id: wiped, or its storage was evicted
  revoked_at text,                  -- shut out: what it still sends is held, and it is told to wipe itself
  revoked_by_id text references person (id),
  revoked_as text check (revoked_as in ('revoked', 'lost')),  -- all of this person's goes, or all that is on it
  wiped_at text,                    -- it said that it has done so
  copy_of text references phone (id),  -- its storage was copied from that one: numbers came twice
  latest_at text,                   -- when the change of the highest number happened, by the corrected clock
  draft_n integer not null default 0,  -- how far we are with what is half-written on it
  secret_hash text                  -- SHA-256 in hex of what this phone alone has; null: of before, it has shown none yet
) strict;
create index phone_by_person on phone (person_id);
create index phone_by_sign_in on phone (sign_in_id);

-- Numbers below highest_n that never came.
create table phone_gap (
  phone_id text not null references phone (id),
  first_n integer not null,
  last_n integer not null,
  primary key (phone_id, first_n)
) strict;

-- What carers have half-written, as their phones told it, and what they undid on the server's own pages. What a phone never
-- tells of again stays: it may be lost.
create table draft (
  person_id text not null references person (id),
  id text not null,                 -- made by the phone when it was begun
  phone_id text references phone (id),  -- null: on the server's page
  n integer not null,               -- the phone's number of it
  at text not null,                 -- when it was last typed in, by the phone's clock: the latest counts
  received_at text not null,
  content text not null,            -- JSON: the words, which change they would become, about whom; or as it came, sealed
  settled_at text,                  -- its carer has saved or discarded it
  settled_as text check (settled_as in ('gone', 'saved', 'discarded')),  -- on a phone; on the server's page
  primary key (person_id, id)
) strict;

-- What organisers write -------------------------------------------------------------------------------------

create table checklist (
  id text not null,                 -- the same for all versions
  version integer not null,
  name text not null,
  definition text,                   -- JSON as it was published (checklists/publishing.py); null: nothing but these steps
  starts_on text,                   -- the first day whose visits get it; null: there is no such day, as of one that was imported
  published_at text,                -- null: it was imported
  published_by_id text references person (id),
  primary key (id, version)
) strict;

-- Plans may name it still, and are told so.
create table checklist_retired (
  checklist_id text not null primary key,
  at text not null,
  by_id text not null references person (id)
) strict;

-- The next version while it is written, one of each checklist. It need not be right before it is published.
create table checklist_draft (
  checklist_id text not null primary key,
  name text not null,
  number integer not null,          -- of its last edit
  definition text not null,         -- JSON (checklists/editing/edits.py)
  closed_at text                    -- published or thrown away; beginning anew goes on from its number
) strict;

-- Each thing that somebody did to a draft, with the draft as it was after it. The oldest go.
create table checklist_edit (
  checklist_id text not null references checklist_draft (checklist_id),
  number integer not null,
  back_to integer,                  -- the edit that the draft is as after, once this one is undone; null: there is nothing to undo
  definition text not null,
  did text not null,                -- a word of checklists/editing/edits.py
  step_id text not null,            -- '' is the whole
  label text not null,              -- the step's, for whoever reads what was done
  at text not null,
  by_id text not null references person (id),
  primary key (checklist_id, number)
) strict;

-- Who did it. A version with a definition has here its steps of that kind outside of repeating groups
-- (checklists/who_steps.py): visits copy them, and the board and older phones know no others.
create table checklist_step (
  checklist_id text not null,
  version integer not null,
  position integer not null,
  id text not null,
  label text not null,
  help text not null,
  planned text not null check (planned in ('alone', 'together', 'carer', 'technology')),
  by_itself integer not null default 0 check (by_itself in (0, 1)),  -- "all as planned" does not answer it
  primary key (checklist_id, version, position),
  foreign key (checklist_id, version) references checklist (id, version)
) strict;

-- team_id '' is everybody. The body is the guide's document.
create table guide (
  team_id text not null,
  id text not null,
  title text not null,
  body text not null,
  primary key (team_id, id)
) strict;
create index guide_by_id on guide (id);

-- Pictures, named by the SHA-256 of their bytes.
create table media (
  sha256 text not null primary key,
  type text not null,
  content blob not null
) strict;

-- The plan --------------------------------------------------------------------------------------------------

create table visit (
  team_id text not null references team (id),
  id text not null,
  number text not null,             -- what the care-record system calls it
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
  cancelled_at text,                -- the plan no longer has it; what was written stays
  phone text not null default '',   -- the citizen's, as it was written; so are the others
  relative text not null default '',
  relative_phone text not null default '',
  nurse text not null default '',
  nurse_phone text not null default '',
  shared_checklist_id text,         -- its steps are those of this checklist's version, and it has none in visit_step; null: it has
  primary key (team_id, id),
  unique (team_id, id, day)
) strict;
create index visit_by_id on visit (id);
create index visit_by_day on visit (team_id, day);
create index visit_by_number on visit (number);

-- Who comes. The day is the visit's, so that a carer's window of days is one stretch of an index.
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

-- The visit's own copy of its checklist: a newer version leaves it alone. Versions are never changed: so of a visit that is
-- over the copy goes if it says nothing else (care/documents/shared_steps.py), and is made again when it is read.
create table visit_step (
  team_id text not null,
  visit_id text not null,
  id text not null,
  position integer not null,
  label text not null,
  help text not null,
  planned text not null check (planned = 'alone' or planned = 'together' or planned = 'carer' or planned = 'technology'),
  removed_at text,                  -- the plan chose another checklist; still shown if somebody answered it
  by_itself integer not null default 0 check (by_itself in (0, 1)),  -- "all as planned" does not answer it
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

-- All of that in one piece (documents/visit_rows.py), made anew with the visit's document whenever an import changes
-- any of it: a push then reads one row of each visit instead of twenty. A visit that is over may have none.
create table visit_plan (
  team_id text not null,
  visit_id text not null,
  body text not null,               -- JSON
  primary key (team_id, visit_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

-- What the plan did to one carer's day, told until she has seen it: moved in time or place, moved to somebody else,
-- cancelled, or new. A row each time, never changed.
create table plan_change (
  team_id text not null,
  visit_id text not null,
  id text not null,                 -- rises with time: seeing one is seeing those before it
  carer_id text not null references person (id),  -- who is told
  day text not null,                -- the last day that it is about
  at text not null,
  before text,                      -- JSON (imports/apply/plan_changes.py); null: there was no such visit
  after text not null,              -- JSON
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index plan_change_by_carer on plan_change (carer_id, day);

-- Which of them a carer has seen, and when. Until then it is marked on her day.
create table plan_change_seen (
  team_id text not null,
  visit_id text not null,
  plan_change_id text not null,
  by_id text not null references person (id),
  at text not null,                 -- on the phone
  received_at text not null,
  primary key (team_id, visit_id, plan_change_id),
  foreign key (team_id, visit_id, plan_change_id) references plan_change (team_id, visit_id, id)
) strict;

-- The files that came in, or were to, also those that were refused; and each time that a plan was undone. One that is under
-- way and shows no sign of life for some seconds was broken off: the same file again goes on with it.
create table file_import (
  id text not null primary key,     -- rises with time
  turn text not null,               -- whose run it is: another id when one goes on with it
  kind text not null check (kind in ('plan', 'people', 'checklists', 'guides', 'undo')),
  file text not null,               -- its name, without the folder; '' of an undo
  sha256 text not null,             -- of its content; '' if it could not be read
  command text not null,            -- what was asked for, e.g. 'haand import plan --yes-cancel 27'
  account text not null,            -- whose account on the machine; '' if nobody knows
  began_at text not null,
  alive_at text not null,           -- the last sign of life
  ended_at text,                    -- null: under way, or broken off
  -- 'refused': a mistake in the file; 'stopped': somebody has to say yes first. Nothing was written by either.
  state text not null check (state in ('under_way', 'broken_off', 'done', 'refused', 'stopped', 'undone')),
  added integer not null,
  moved integer not null,
  changed integer not null,
  cancelled integer not null,
  unchanged integer not null,
  skipped integer not null,         -- rows left out because they are wrong
  mistake_count integer not null,
  mistakes text not null,           -- JSON of the first of them (imports/read/mistakes.py), without what cells held
  going_on text not null            -- JSON of what a run that goes on with it must know; '' if there is nothing
) strict;

-- How the visits that the last import of a plan has touched were planned before it, so that it can be undone. Those of
-- earlier ones are gone.
create table visit_before_import (
  import_id text not null references file_import (id),
  team_id text not null,
  visit_id text not null,
  before text,                      -- JSON (imports/apply/undo.py); null: there was no such visit
  primary key (import_id, team_id, visit_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

-- What carers write -----------------------------------------------------------------------------------------
-- Each row comes from one change. `at` and its kin are the phone's clock corrected by the measured skew;
-- received_at is the server's. What is shown is folded from all rows (documents/fold.py), never overwritten.

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
create index attendance_by_time on attendance (team_id, at, visit_id);

create table answer (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  step_id text,                     -- null: every step without an answer, as it was planned; see visit.shared_checklist_id
  answer text check (answer = 'alone' or answer = 'together' or answer = 'carer' or answer = 'technology' or answer = 'not_done' or answer = 'not_relevant'),  -- null takes back
  reason text not null,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  seen integer not null,            -- the version of the document that the carer looked at
  version integer,                  -- the version that brought this answer; null until the push is stamped
  phone_id text,                    -- null: a page of the server's; or an answer from before this was kept
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index answer_by_time on answer (team_id, at, visit_id);

-- Answers to the steps of a visit's checklist that are not about who did them, as `answer` has those.
create table filled_in (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  checklist_id text not null,       -- the version that lay before the carer, as its document's id names it
  place text not null,              -- a step, and the rows of the repeating groups around it; see docs/checklists.md
  said text,                        -- JSON: a list of answers, empty: not relevant; null takes back
  reason text not null,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  seen integer not null,            -- these as at an answer
  version integer,
  phone_id text,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

create table note (
  team_id text not null,
  visit_id text not null,
  id text not null,
  corrects_id text,                 -- the note, or the correction, that this one corrects
  text text not null,
  written_at text not null,
  received_at text not null,
  written_by_id text not null references person (id),
  phone_id text,                    -- as at an answer
  seen integer,                     -- the version of the document that the carer looked at; null: not kept then
  base_version integer,             -- the document's version before it had this: who has seen a later one has seen it
  kind text not null default '' check (kind = '' or kind = 'to_leader'),
  pinned integer not null default 0,    -- 1: its writer pinned it for the next visitor when it was saved
  composed integer not null default 0,  -- 1: put together of ready-made phrases
  adds_to_id text,                  -- the note that it is an addition to; it may have come later, from another phone
  primary key (team_id, visit_id, id),
  foreign key (team_id, visit_id) references visit (team_id, id),
  foreign key (team_id, visit_id, corrects_id) references note (team_id, visit_id, id)
) strict;
create index note_by_time on note (team_id, received_at, visit_id);

-- What was done with a note after it was written, at the visit where its carer was: it may be another than the note's. A pin
-- is for the next visitor; who has read it says which one, and so does who removes it. A note on the wrong citizen stays.
create table note_mark (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind = 'pinned' or kind = 'read' or kind = 'unpinned' or kind = 'wrong_citizen'),
  note_id text not null,
  pin_id text,                      -- of what is read or removed: the change that pinned it, or the note itself
  other_visit_id text,              -- of the wrong citizen: at which visit the note should stand, where that was said
  by_leader integer not null default 0,
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index note_mark_by_note on note_mark (note_id);
create index note_mark_by_other_visit on note_mark (other_visit_id) where other_visit_id is not null;

create table deviation (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind = 'not_home' or kind = 'refused' or kind = 'moved' or kind = 'extra' or kind = 'other'),
  text text not null,
  reported_at text not null,
  received_at text not null,
  reported_by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index deviation_by_time on deviation (team_id, received_at, visit_id);

-- What somebody is to follow up: something other than usual at a citizen's, an unintended event, or something that is to be done.
create table matter (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  kind text not null check (kind in ('observation', 'event', 'follow_up')),
  -- An observation's area of life; of an event who was hurt or could have been; of a follow-up whose it is
  about text not null check (about in (
    'food', 'movement', 'skin', 'mind', 'pain', 'toilet', 'other', 'citizen', 'colleague', 'leader', 'nurse', 'carer'
  )),
  text text not null,               -- what an observation said; what is to be done
  to_id text references person (id),  -- the carer who is to do it
  due_on text,                      -- a day; null: none was said
  part_id text,                     -- the step or the note that it is about; null: the visit
  at text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index matter_by_time on matter (team_id, at);
create index matter_by_person on matter (by_id, at) where kind = 'event';
create index matter_to_person on matter (to_id, at) where to_id is not null;

-- What was said of it since, and done about it, by carers and by leaders. It may arrive before what it is about.
create table matter_said (
  team_id text not null,
  visit_id text not null,
  id text not null,                 -- a change's, or made by the server for a leader's page
  matter_id text not null,
  -- Of an event how serious it was, what happened, where, and what is proposed; the others are of any of them
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

-- An attendance, an answer "as planned" or a deviation that was a slip. It may arrive before what it takes back.
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

-- When a change happened nobody knows for sure, because its phone's clock was wrong: between these moments.
create table uncertain_time (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  earliest_at text,                 -- null: nobody knows of anything before it
  latest_at text not null,
  primary key (team_id, visit_id, change_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;

-- The log of changes ----------------------------------------------------------------------------------------

-- Every change that ever came, with its fate: applied, refused or held. A repeat finds its fate here.
create table change (
  team_id text not null,            -- the visit's; else one of the sender's own; '' if there is none
  id text not null,                 -- '' if what came had no usable id
  digest text not null,             -- SHA-256 over sender and content: tells a repeat from an id used twice
  person_id text not null references person (id),
  phone_id text,                    -- null: from a page of the server
  n integer not null,               -- the phone's running number; 0: none, or not usable
  name text not null,
  at text,                          -- corrected by the skew; null if not understood
  received_at text not null,
  visit_id text,                    -- as the sender named it, whether there is one or not
  sent text not null,               -- the change exactly as it came, as JSON
  words text not null,              -- what the carer wrote, to be shown
  fate text not null check (fate = 'applied' or fate = 'refused' or fate = 'held'),
  problem text,                     -- the code of the reason
  retry_of text,                    -- the id of the sender's first try of the same, which was not applied; null: this is one
  primary key (id, digest, team_id),
  check ((fate = 'applied') = (problem is null))
) strict;
create index change_to_look_at on change (received_at desc, id, digest) where problem is not null;
create index change_with_problem on change (person_id, received_at) where problem is not null;
-- Of what arrived in another hour than it was done in.
create index change_late on change (received_at, team_id, visit_id) where fate = 'applied' and substr(received_at, 1, 13) > substr(at, 1, 13);
create index change_again on change (person_id, retry_of) where retry_of is not null;

-- When a person has read that a change was refused or held.
create table attention_read (
  person_id text not null references person (id),
  change_id text not null,
  read_at text not null,
  primary key (person_id, change_id)
) strict;

-- Somebody has dealt with a change that was refused or held, or has put it back: a row each time, the newest counts.
create table change_dealt_with (
  team_id text not null,
  change_id text not null,
  digest text not null,
  n integer not null,               -- 1 for the first time: the highest is the newest
  kind text not null check (kind in ('dealt_with', 'put_back')),
  at text not null,
  by_id text not null references person (id),
  primary key (team_id, change_id, digest, n),
  foreign key (team_id, change_id, digest) references change (team_id, id, digest)
) strict;

-- Photos ----------------------------------------------------------------------------------------------------
-- Their bytes lie in a folder or in S3, never here.

-- A photo that was received whole. Its name is the SHA-256 of what the phone sent; what is stored is the same
-- picture made anew, without position and the like.
create table photo (
  sha256 text not null primary key,
  type text not null check (type in ('image/jpeg', 'image/png', 'image/webp')),
  bytes integer not null,           -- as it was sent
  pixels integer not null,
  stored_as text not null,          -- another each time the photo is stored, so that removing one spares the next
  stored_sha256 text not null,
  stored_bytes integer not null,
  received_at text not null,        -- the last time
  referenced_at text                -- the first reference; written with it, so that a sweep and it meet at this row
) strict;
create index photo_without_reference on photo (received_at) where referenced_at is null;
create index photo_by_place on photo (stored_as);
create index photo_by_size on photo (stored_bytes);

-- Who has sent it, each of them all of it: nobody learns that another has the same.
create table photo_sender (
  sha256 text not null references photo (sha256) on delete cascade,
  person_id text not null references person (id),
  received_at text not null,
  primary key (sha256, person_id)
) strict;
create index photo_sender_by_person on photo_sender (person_id, received_at);

-- Something about a visit shows a photo. The reference may come before the photo, and stays if it never comes.
-- It counts for what others may see only if by_id has sent the photo: a hash alone opens nothing.
create table photo_reference (
  team_id text not null,
  visit_id text not null,
  change_id text not null,
  sha256 text not null,
  received_at text not null,
  by_id text not null references person (id),
  primary key (team_id, visit_id, change_id, sha256),
  foreign key (team_id, visit_id) references visit (team_id, id)
) strict;
create index photo_reference_by_photo on photo_reference (sha256);

-- What phones get -------------------------------------------------------------------------------------------

-- The number of the newest document of each team; '' is everybody's, a person's id what that person alone is told. Bumped as the last statement of a change,
-- so that a team's numbers become visible in order (sync.md). A restored database gets new epochs.
create table counter (
  team_id text not null primary key,
  epoch text not null,
  seq integer not null
) strict;

-- Each document as the JSON that phones get, built once when it changes. Ids: visit-..., guide-..., person-..., plan-..., settled-...
create table document (
  team_id text not null,            -- '' is everybody's; a person's id is that person's own: see counter
  id text not null,
  version integer not null,
  day text,                         -- a visit's day, null for what has none
  keep_until text,                  -- the last day that a phone may hold it, null for as long as it is listed
  body text not null,               -- '': it is built when it is read, for no phone may hold it any more
  touched integer not null default 0,  -- how often what it is built of became otherwise without anything new to show
  primary key (team_id, id),
  unique (team_id, version)         -- a tripwire: no two documents share a number
) strict;

-- How far each team's visits were gone through to remove what can be made anew (care/documents/compaction.py).
create table compaction (
  team_id text not null primary key references team (id),
  until_day text not null           -- all before this day were
) strict;

-- One row at most: a digest of the code that has built all documents, '' if it is not known; none where no server has run
-- yet. A server of another digest compares and builds anew what it would build otherwise.
create table document_builder (
  digest text not null primary key
) strict;

-- The access log --------------------------------------------------------------------------------------------

-- Who has read, searched for, exported or been refused what of a citizen's, when, from where and why. What was
-- changed stands in the log of changes and is not copied here. No column holds a word of a note.
create table access_log (
  id text not null primary key,
  n integer,                        -- its place in the chain, from 1 without gaps; null for a moment, until it has one
  hash text,                        -- SHA-256 over the one before and every column of this one (access/chain.py)
  at text not null,                 -- when it was read; on a phone without a network long before it was received
  received_at text not null,
  kind text not null check (kind in ('read', 'search', 'export', 'refused', 'purpose')),
  what text not null check (what in (
    'visit', 'day', 'board', 'sync', 'offline', 'held', 'waiting', 'photo', 'guide', 'person', 'access_log'
  )),
  day text not null,                -- the day that a board showed; '' for everything else
  person_id text not null references person (id),
  sign_in_id text not null,
  phone_id text not null,           -- '' for a browser
  purpose text not null check (purpose in (
    'own_route', 'substitute', 'handover', 'overview', 'control', 'other', 'not_said'
  )),
  words text not null,              -- what was searched for; a purpose of another kind
  about text not null,              -- JSON: [[team_id, citizen_id, visit_id], ...], '' where there is none
  check ((n is null) = (hash is null))
) strict;
create unique index access_log_in_order on access_log (n);
create index access_log_without_place on access_log (received_at, id) where n is null;
create index access_log_by_time on access_log (at);
create index access_log_of_boards on access_log (day) where what = 'board';
create index access_log_by_person on access_log (person_id, at);

-- The same once more, to find entries by citizen and by team. It goes with its entry.
create table access_log_about (
  entry_id text not null references access_log (id) on delete cascade,
  team_id text not null,
  citizen_id text not null,
  primary key (entry_id, team_id, citizen_id)
) strict;
create index access_log_about_citizen on access_log_about (citizen_id, team_id, entry_id) where citizen_id <> '';

-- What was removed because its time was over. The chain goes on from the last of these.
create table access_anchor (
  n integer not null primary key,   -- the last entry that was removed
  hash text not null,               -- and its hash
  count integer not null,           -- so many entries with it
  removed_at text not null,
  rule text not null,               -- e.g. 'received before 2024-11-28T..., 730 days'
  seal text not null                -- SHA-256 over the anchor before and every column of this one
) strict;

-- Entries that the database refused for what is in them. `verify` names them; they hold up no other, and stand in no chain.
create table access_set_aside (
  id text not null primary key,
  set_aside_at text not null,
  why text not null,                -- the class of the error
  entry text not null               -- JSON of every column, in ASCII
) strict;

-- Entries that a data-protection officer looks into, drawn at random.
create table access_sample (
  id text not null,
  entry_id text not null,
  position integer not null,
  drawn_at text not null,
  drawn_by_id text not null references person (id),
  primary key (id, entry_id)
) strict;
create index access_sample_by_time on access_sample (drawn_at);

-- What came of looking into an entry: a row each time, the newest counts.
create table access_verdict (
  entry_id text not null,
  n integer not null,               -- 1 for the first: the highest is the newest
  verdict text not null check (verdict in ('right', 'follow_up')),
  words text not null,
  at text not null,
  by_id text not null references person (id),
  primary key (entry_id, n)
) strict;

-- A citizen's visits, whenever they were.
create index visit_by_citizen on visit (citizen_id);
-- Those of a team's that a citizen's own page tells of.
create index visit_by_citizen_and_day on visit (team_id, citizen_id, day);

-- What is written stays -------------------------------------------------------------------------------------

create trigger change_is_not_updated before update on change
begin select raise(abort, 'the log of changes is never updated'); end;
create trigger change_is_not_deleted before delete on change
begin select raise(abort, 'the log of changes is never deleted'); end;

create trigger change_dealt_with_is_not_updated before update on change_dealt_with
begin select raise(abort, 'a dealing with a change is never updated'); end;
create trigger change_dealt_with_is_not_deleted before delete on change_dealt_with
begin select raise(abort, 'a dealing with a change is never deleted'); end;

create trigger role_review_is_not_updated before update on role_review
begin select raise(abort, 'a review of a role is never updated'); end;
create trigger role_review_is_not_deleted before delete on role_review
begin select raise(abort, 'a review of a role is never deleted'); end;

create trigger access_reset_is_not_updated before update on access_reset
begin select raise(abort, 'an end of ways in is never updated'); end;
create trigger access_reset_is_not_deleted before delete on access_reset
begin select raise(abort, 'an end of ways in is never deleted'); end;

create trigger plan_change_is_not_updated before update on plan_change
begin select raise(abort, 'a change of the plan is never updated'); end;
create trigger plan_change_is_not_deleted before delete on plan_change
begin select raise(abort, 'a change of the plan is never deleted'); end;

create trigger plan_change_seen_is_not_updated before update on plan_change_seen
begin select raise(abort, 'a seeing of a change of the plan is never updated'); end;
create trigger plan_change_seen_is_not_deleted before delete on plan_change_seen
begin select raise(abort, 'a seeing of a change of the plan is never deleted'); end;

create trigger note_is_not_updated before update on note
begin select raise(abort, 'a note is never updated'); end;
create trigger note_is_not_deleted before delete on note
begin select raise(abort, 'a note is never deleted'); end;

create trigger note_mark_is_not_updated before update on note_mark
begin select raise(abort, 'a mark of a note is never updated'); end;
create trigger note_mark_is_not_deleted before delete on note_mark
begin select raise(abort, 'a mark of a note is never deleted'); end;

create trigger attendance_is_not_updated before update on attendance
begin select raise(abort, 'an attendance is never updated'); end;
create trigger attendance_is_not_deleted before delete on attendance
begin select raise(abort, 'an attendance is never deleted'); end;

-- An answer gets its version once, when the push that brought it is stamped.
create trigger answer_is_not_updated before update on answer
when old.version is not null
  or (new.team_id, new.visit_id, new.change_id, new.at, new.received_at, new.by_id, new.seen, new.reason)
  <> (old.team_id, old.visit_id, old.change_id, old.at, old.received_at, old.by_id, old.seen, old.reason)
  or coalesce(new.step_id, '') <> coalesce(old.step_id, '')
  or coalesce(new.answer, '') <> coalesce(old.answer, '')
begin select raise(abort, 'an answer is never updated'); end;
create trigger answer_is_not_deleted before delete on answer
begin select raise(abort, 'an answer is never deleted'); end;

-- So does what was filled in.
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

create trigger deviation_is_not_updated before update on deviation
begin select raise(abort, 'a deviation is never updated'); end;
create trigger deviation_is_not_deleted before delete on deviation
begin select raise(abort, 'a deviation is never deleted'); end;

create trigger matter_is_not_updated before update on matter
begin select raise(abort, 'what is to be followed up is never updated'); end;
create trigger matter_is_not_deleted before delete on matter
begin select raise(abort, 'what is to be followed up is never deleted'); end;

create trigger matter_said_is_not_updated before update on matter_said
begin select raise(abort, 'what was said of it is never updated'); end;
create trigger matter_said_is_not_deleted before delete on matter_said
begin select raise(abort, 'what was said of it is never deleted'); end;

create trigger taken_back_is_not_updated before update on taken_back
begin select raise(abort, 'a taking back is never updated'); end;
create trigger taken_back_is_not_deleted before delete on taken_back
begin select raise(abort, 'a taking back is never deleted'); end;

create trigger uncertain_time_is_not_updated before update on uncertain_time
begin select raise(abort, 'an uncertain time is never updated'); end;
create trigger uncertain_time_is_not_deleted before delete on uncertain_time
begin select raise(abort, 'an uncertain time is never deleted'); end;

create trigger photo_reference_is_not_updated before update on photo_reference
begin select raise(abort, 'a reference to a photo is never updated'); end;
create trigger photo_reference_is_not_deleted before delete on photo_reference
begin select raise(abort, 'a reference to a photo is never deleted'); end;

-- An entry of the access log gets its place in the chain once, and goes when an anchor says that it has gone.
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
