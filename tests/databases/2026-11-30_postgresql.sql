SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.access_anchor_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'an anchor of the access log is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_anchor_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'an anchor of the access log is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_log_about_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
if tg_level = 'STATEMENT' or exists (select 1 from access_log where access_log.id = old.entry_id) then raise exception 'the access log is not deleted before its time' using errcode = 'integrity_constraint_violation'; end if; return old; end $$;
CREATE FUNCTION public.access_log_about_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'the access log is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_log_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
if tg_level = 'STATEMENT' or old.n is null or not exists (select 1 from access_anchor where access_anchor.n >= old.n) then raise exception 'the access log is not deleted before its time' using errcode = 'integrity_constraint_violation'; end if; return old; end $$;
CREATE FUNCTION public.access_log_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'the access log is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_sample_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a sample is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_sample_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a sample is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_verdict_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a verdict is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.access_verdict_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a verdict is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.answer_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'an answer is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.answer_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'an answer is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.attendance_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'an attendance is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.attendance_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'an attendance is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.change_dealt_with_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a dealing with a change is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.change_dealt_with_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a dealing with a change is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.change_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'the log of changes is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.change_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'the log of changes is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.deviation_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a deviation is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.deviation_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a deviation is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.note_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a note is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.note_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a note is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.photo_reference_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a reference to a photo is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.photo_reference_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a reference to a photo is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.role_review_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a review of a role is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.role_review_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a review of a role is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.taken_back_is_not_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a taking back is never deleted' using errcode = 'integrity_constraint_violation'; end $$;
CREATE FUNCTION public.taken_back_is_not_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
raise exception 'a taking back is never updated' using errcode = 'integrity_constraint_violation'; end $$;
CREATE TABLE public.access_anchor (
    n bigint NOT NULL,
    hash text NOT NULL COLLATE pg_catalog."C",
    count bigint NOT NULL,
    removed_at text NOT NULL COLLATE pg_catalog."C",
    rule text NOT NULL COLLATE pg_catalog."C",
    seal text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.access_log (
    id text NOT NULL COLLATE pg_catalog."C",
    n bigint,
    hash text COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    what text NOT NULL COLLATE pg_catalog."C",
    day text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    sign_in_id text NOT NULL COLLATE pg_catalog."C",
    phone_id text NOT NULL COLLATE pg_catalog."C",
    purpose text NOT NULL COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    about text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT access_log_check CHECK (((n IS NULL) = (hash IS NULL))),
    CONSTRAINT access_log_kind_check CHECK ((kind = ANY (ARRAY['read'::text, 'search'::text, 'export'::text, 'refused'::text, 'purpose'::text]))),
    CONSTRAINT access_log_purpose_check CHECK ((purpose = ANY (ARRAY['own_route'::text, 'substitute'::text, 'handover'::text, 'overview'::text, 'control'::text, 'other'::text, 'not_said'::text]))),
    CONSTRAINT access_log_what_check CHECK ((what = ANY (ARRAY['visit'::text, 'day'::text, 'board'::text, 'sync'::text, 'offline'::text, 'held'::text, 'waiting'::text, 'photo'::text, 'guide'::text, 'person'::text, 'access_log'::text])))
);
CREATE TABLE public.access_log_about (
    entry_id text NOT NULL COLLATE pg_catalog."C",
    team_id text NOT NULL COLLATE pg_catalog."C",
    citizen_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.access_sample (
    id text NOT NULL COLLATE pg_catalog."C",
    entry_id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    drawn_at text NOT NULL COLLATE pg_catalog."C",
    drawn_by_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.access_verdict (
    entry_id text NOT NULL COLLATE pg_catalog."C",
    n bigint NOT NULL,
    verdict text NOT NULL COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT access_verdict_verdict_check CHECK ((verdict = ANY (ARRAY['right'::text, 'follow_up'::text])))
);
CREATE TABLE public.answer (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    step_id text COLLATE pg_catalog."C",
    answer text COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C",
    seen bigint NOT NULL,
    version bigint,
    CONSTRAINT answer_answer_check CHECK ((answer = ANY (ARRAY['alone'::text, 'together'::text, 'carer'::text, 'not_done'::text, 'not_relevant'::text])))
);
CREATE TABLE public.attempt (
    since text NOT NULL COLLATE pg_catalog."C",
    what text NOT NULL COLLATE pg_catalog."C",
    who text NOT NULL COLLATE pg_catalog."C",
    count bigint NOT NULL
);
CREATE TABLE public.attendance (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT attendance_kind_check CHECK ((kind = ANY (ARRAY['start'::text, 'finish'::text])))
);
CREATE TABLE public.attention_read (
    person_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    read_at text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.ceremony (
    token_hash text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    challenge text NOT NULL COLLATE pg_catalog."C",
    person_id text COLLATE pg_catalog."C",
    ends_at text NOT NULL COLLATE pg_catalog."C",
    code_hash text COLLATE pg_catalog."C"
);
CREATE TABLE public.change (
    team_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    phone_id text COLLATE pg_catalog."C",
    n bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    at text COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    visit_id text COLLATE pg_catalog."C",
    sent text NOT NULL COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    fate text NOT NULL COLLATE pg_catalog."C",
    problem text COLLATE pg_catalog."C",
    CONSTRAINT change_check CHECK (((fate = 'applied'::text) = (problem IS NULL))),
    CONSTRAINT change_fate_check CHECK ((fate = ANY (ARRAY['applied'::text, 'refused'::text, 'held'::text])))
);
CREATE TABLE public.change_dealt_with (
    team_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    n bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT change_dealt_with_kind_check CHECK ((kind = ANY (ARRAY['dealt_with'::text, 'put_back'::text])))
);
CREATE TABLE public.checklist (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.checklist_step (
    checklist_id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    "position" bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    label text NOT NULL COLLATE pg_catalog."C",
    help text NOT NULL COLLATE pg_catalog."C",
    planned text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT checklist_step_planned_check CHECK ((planned = ANY (ARRAY['alone'::text, 'together'::text, 'carer'::text])))
);
CREATE TABLE public.claim_rule (
    id text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    team_id text NOT NULL COLLATE pg_catalog."C",
    made_at text NOT NULL COLLATE pg_catalog."C",
    made_by_id text NOT NULL COLLATE pg_catalog."C",
    removed_at text COLLATE pg_catalog."C",
    removed_by_id text COLLATE pg_catalog."C",
    CONSTRAINT claim_rule_name_check CHECK ((name = ANY (ARRAY['carer'::text, 'leader'::text, 'organiser'::text, 'administrator'::text, 'dpo'::text])))
);
CREATE TABLE public.counter (
    team_id text NOT NULL COLLATE pg_catalog."C",
    epoch text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL
);
CREATE TABLE public.deviation (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    reported_at text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    reported_by_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT deviation_kind_check CHECK ((kind = ANY (ARRAY['not_home'::text, 'refused'::text, 'moved'::text, 'extra'::text, 'other'::text])))
);
CREATE TABLE public.document (
    team_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    day text COLLATE pg_catalog."C",
    keep_until text COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.guide (
    team_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.identity (
    issuer text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    linked_at text NOT NULL COLLATE pg_catalog."C",
    used_at text COLLATE pg_catalog."C",
    removed_at text COLLATE pg_catalog."C"
);
CREATE TABLE public.invitation (
    id text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    code_hash text NOT NULL COLLATE pg_catalog."C",
    by_id text COLLATE pg_catalog."C",
    made_at text NOT NULL COLLATE pg_catalog."C",
    ends_at text NOT NULL COLLATE pg_catalog."C",
    used_at text COLLATE pg_catalog."C",
    withdrawn_at text COLLATE pg_catalog."C"
);
CREATE TABLE public.media (
    sha256 text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    content bytea NOT NULL
);
CREATE TABLE public.note (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    corrects_id text COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    written_at text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    written_by_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.passkey (
    id text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports text NOT NULL COLLATE pg_catalog."C",
    made_at text NOT NULL COLLATE pg_catalog."C",
    used_at text COLLATE pg_catalog."C",
    went_back_at text COLLATE pg_catalog."C",
    removed_at text COLLATE pg_catalog."C"
);
CREATE TABLE public.person (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    language text DEFAULT 'da'::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT person_language_check CHECK ((language = ANY (ARRAY['da'::text, 'en'::text])))
);
CREATE TABLE public.phone (
    id text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    sign_in_id text NOT NULL COLLATE pg_catalog."C",
    build text NOT NULL COLLATE pg_catalog."C",
    bound_at text NOT NULL COLLATE pg_catalog."C",
    heard_at text NOT NULL COLLATE pg_catalog."C",
    skew_ms bigint NOT NULL,
    highest_n bigint NOT NULL,
    replaced_at text COLLATE pg_catalog."C",
    revoked_at text COLLATE pg_catalog."C",
    revoked_by_id text COLLATE pg_catalog."C",
    revoked_as text COLLATE pg_catalog."C",
    wiped_at text COLLATE pg_catalog."C",
    CONSTRAINT phone_revoked_as_check CHECK ((revoked_as = ANY (ARRAY['revoked'::text, 'lost'::text])))
);
CREATE TABLE public.phone_gap (
    phone_id text NOT NULL COLLATE pg_catalog."C",
    first_n bigint NOT NULL,
    last_n bigint NOT NULL
);
CREATE TABLE public.photo (
    sha256 text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    bytes bigint NOT NULL,
    pixels bigint NOT NULL,
    stored_as text NOT NULL COLLATE pg_catalog."C",
    stored_sha256 text NOT NULL COLLATE pg_catalog."C",
    stored_bytes bigint NOT NULL,
    received_at text NOT NULL COLLATE pg_catalog."C",
    referenced_at text COLLATE pg_catalog."C",
    CONSTRAINT photo_type_check CHECK ((type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'image/webp'::text])))
);
CREATE TABLE public.photo_reference (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    sha256 text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.photo_sender (
    sha256 text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.recovery_code (
    code_hash text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    made_at text NOT NULL COLLATE pg_catalog."C",
    used_at text COLLATE pg_catalog."C",
    withdrawn_at text COLLATE pg_catalog."C"
);
CREATE TABLE public.role (
    team_id text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    starts_at text NOT NULL COLLATE pg_catalog."C",
    ends_at text COLLATE pg_catalog."C",
    ended_at text COLLATE pg_catalog."C",
    given_by_id text COLLATE pg_catalog."C",
    ended_by_id text COLLATE pg_catalog."C",
    rule_id text COLLATE pg_catalog."C",
    CONSTRAINT role_name_check CHECK ((name = ANY (ARRAY['carer'::text, 'leader'::text, 'organiser'::text, 'administrator'::text, 'dpo'::text])))
);
CREATE TABLE public.role_review (
    team_id text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.schema_version (
    number bigint NOT NULL
);
CREATE TABLE public.sign_in (
    id text NOT NULL COLLATE pg_catalog."C",
    person_id text NOT NULL COLLATE pg_catalog."C",
    token_hash text NOT NULL COLLATE pg_catalog."C",
    began_at text NOT NULL COLLATE pg_catalog."C",
    used_at text NOT NULL COLLATE pg_catalog."C",
    ends_at text NOT NULL COLLATE pg_catalog."C",
    revoked_at text COLLATE pg_catalog."C",
    passkey_id text COLLATE pg_catalog."C",
    device text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    confirmed_at text COLLATE pg_catalog."C",
    revoked_by_id text COLLATE pg_catalog."C"
);
CREATE TABLE public.taken_back (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    change_id text NOT NULL COLLATE pg_catalog."C",
    taken_back_id text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    received_at text NOT NULL COLLATE pg_catalog."C",
    by_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.team (
    id text NOT NULL COLLATE pg_catalog."C",
    parent_id text COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.visit (
    team_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    number text NOT NULL COLLATE pg_catalog."C",
    day text NOT NULL COLLATE pg_catalog."C",
    starts_at text NOT NULL COLLATE pg_catalog."C",
    ends_at text NOT NULL COLLATE pg_catalog."C",
    minutes bigint NOT NULL,
    citizen_id text NOT NULL COLLATE pg_catalog."C",
    citizen_name text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    door text NOT NULL COLLATE pg_catalog."C",
    bring text NOT NULL COLLATE pg_catalog."C",
    checklist_name text NOT NULL COLLATE pg_catalog."C",
    checklist_version bigint NOT NULL,
    cancelled_at text COLLATE pg_catalog."C"
);
CREATE TABLE public.visit_carer (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    day text NOT NULL COLLATE pg_catalog."C",
    carer_id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL
);
CREATE TABLE public.visit_guide (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    guide_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.visit_plan (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.visit_step (
    team_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    label text NOT NULL COLLATE pg_catalog."C",
    help text NOT NULL COLLATE pg_catalog."C",
    planned text NOT NULL COLLATE pg_catalog."C",
    removed_at text COLLATE pg_catalog."C",
    CONSTRAINT visit_step_planned_check CHECK ((planned = ANY (ARRAY['alone'::text, 'together'::text, 'carer'::text])))
);
INSERT INTO public.change VALUES ('nord', 'c', 'd', 'anna', NULL, 1, 'choose_language', NULL, '2026-11-30T00:00:00.000Z', NULL, '{}', '{}', 'applied', NULL);
INSERT INTO public.counter VALUES ('nord', 'e', 7);
INSERT INTO public.person VALUES ('anna', 'Anna Lund', 'da');
INSERT INTO public.role VALUES ('nord', 'anna', 'carer', '2026-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.schema_version VALUES (1);
INSERT INTO public.schema_version VALUES (2);
INSERT INTO public.schema_version VALUES (3);
INSERT INTO public.schema_version VALUES (4);
INSERT INTO public.schema_version VALUES (5);
INSERT INTO public.schema_version VALUES (6);
INSERT INTO public.schema_version VALUES (7);
INSERT INTO public.schema_version VALUES (8);
INSERT INTO public.schema_version VALUES (9);
INSERT INTO public.schema_version VALUES (10);
INSERT INTO public.schema_version VALUES (11);
INSERT INTO public.team VALUES ('nord', NULL, 'Nord');
ALTER TABLE ONLY public.access_anchor
    ADD CONSTRAINT access_anchor_pkey PRIMARY KEY (n);
ALTER TABLE ONLY public.access_log_about
    ADD CONSTRAINT access_log_about_pkey PRIMARY KEY (entry_id, team_id, citizen_id);
ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.access_sample
    ADD CONSTRAINT access_sample_pkey PRIMARY KEY (id, entry_id);
ALTER TABLE ONLY public.access_verdict
    ADD CONSTRAINT access_verdict_pkey PRIMARY KEY (entry_id, n);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_pkey PRIMARY KEY (team_id, visit_id, change_id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (since, what, who);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_pkey PRIMARY KEY (team_id, visit_id, change_id);
ALTER TABLE ONLY public.attention_read
    ADD CONSTRAINT attention_read_pkey PRIMARY KEY (person_id, change_id);
ALTER TABLE ONLY public.ceremony
    ADD CONSTRAINT ceremony_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.change_dealt_with
    ADD CONSTRAINT change_dealt_with_pkey PRIMARY KEY (team_id, change_id, digest, n);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (id, digest, team_id);
ALTER TABLE ONLY public.checklist
    ADD CONSTRAINT checklist_pkey PRIMARY KEY (id, version);
ALTER TABLE ONLY public.checklist_step
    ADD CONSTRAINT checklist_step_pkey PRIMARY KEY (checklist_id, version, "position");
ALTER TABLE ONLY public.claim_rule
    ADD CONSTRAINT claim_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (team_id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT deviation_pkey PRIMARY KEY (team_id, visit_id, change_id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (team_id, id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_team_id_version_key UNIQUE (team_id, version);
ALTER TABLE ONLY public.guide
    ADD CONSTRAINT guide_pkey PRIMARY KEY (team_id, id);
ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_pkey PRIMARY KEY (issuer, subject, linked_at);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_code_hash_key UNIQUE (code_hash);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.media
    ADD CONSTRAINT media_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY public.note
    ADD CONSTRAINT note_pkey PRIMARY KEY (team_id, visit_id, id);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.phone_gap
    ADD CONSTRAINT phone_gap_pkey PRIMARY KEY (phone_id, first_n);
ALTER TABLE ONLY public.phone
    ADD CONSTRAINT phone_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.photo
    ADD CONSTRAINT photo_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY public.photo_reference
    ADD CONSTRAINT photo_reference_pkey PRIMARY KEY (team_id, visit_id, change_id, sha256);
ALTER TABLE ONLY public.photo_sender
    ADD CONSTRAINT photo_sender_pkey PRIMARY KEY (sha256, person_id);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (code_hash);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (team_id, person_id, name, starts_at);
ALTER TABLE ONLY public.role_review
    ADD CONSTRAINT role_review_pkey PRIMARY KEY (team_id, person_id, name, at);
ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.taken_back
    ADD CONSTRAINT taken_back_pkey PRIMARY KEY (team_id, visit_id, change_id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.visit_carer
    ADD CONSTRAINT visit_carer_pkey PRIMARY KEY (team_id, visit_id, carer_id);
ALTER TABLE ONLY public.visit_guide
    ADD CONSTRAINT visit_guide_pkey PRIMARY KEY (team_id, visit_id, "position");
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (team_id, id);
ALTER TABLE ONLY public.visit_plan
    ADD CONSTRAINT visit_plan_pkey PRIMARY KEY (team_id, visit_id);
ALTER TABLE ONLY public.visit_step
    ADD CONSTRAINT visit_step_pkey PRIMARY KEY (team_id, visit_id, id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_team_id_id_day_key UNIQUE (team_id, id, day);
CREATE INDEX access_log_about_citizen ON public.access_log_about USING btree (citizen_id, team_id, entry_id) WHERE (citizen_id <> ''::text);
CREATE INDEX access_log_by_person ON public.access_log USING btree (person_id, at);
CREATE INDEX access_log_by_time ON public.access_log USING btree (at);
CREATE UNIQUE INDEX access_log_in_order ON public.access_log USING btree (n);
CREATE INDEX access_log_of_boards ON public.access_log USING btree (day) WHERE (what = 'board'::text);
CREATE INDEX access_log_without_place ON public.access_log USING btree (received_at, id) WHERE (n IS NULL);
CREATE INDEX access_sample_by_time ON public.access_sample USING btree (drawn_at);
CREATE INDEX ceremony_by_end ON public.ceremony USING btree (ends_at);
CREATE INDEX change_with_problem ON public.change USING btree (person_id, received_at) WHERE (problem IS NOT NULL);
CREATE UNIQUE INDEX claim_rule_not_removed ON public.claim_rule USING btree (value, name, team_id) WHERE (removed_at IS NULL);
CREATE INDEX guide_by_id ON public.guide USING btree (id);
CREATE INDEX identity_by_person ON public.identity USING btree (person_id);
CREATE UNIQUE INDEX identity_not_removed ON public.identity USING btree (issuer, subject) WHERE (removed_at IS NULL);
CREATE INDEX invitation_by_person ON public.invitation USING btree (person_id);
CREATE INDEX passkey_by_person ON public.passkey USING btree (person_id);
CREATE INDEX phone_by_person ON public.phone USING btree (person_id);
CREATE INDEX phone_by_sign_in ON public.phone USING btree (sign_in_id);
CREATE INDEX photo_by_place ON public.photo USING btree (stored_as);
CREATE INDEX photo_reference_by_photo ON public.photo_reference USING btree (sha256);
CREATE INDEX photo_without_reference ON public.photo USING btree (received_at) WHERE (referenced_at IS NULL);
CREATE INDEX recovery_code_by_person ON public.recovery_code USING btree (person_id);
CREATE INDEX role_by_person ON public.role USING btree (person_id);
CREATE UNIQUE INDEX role_not_ended ON public.role USING btree (team_id, person_id, name) WHERE (ended_at IS NULL);
CREATE INDEX role_review_by_person ON public.role_review USING btree (person_id);
CREATE INDEX sign_in_by_person ON public.sign_in USING btree (person_id);
CREATE INDEX visit_by_citizen ON public.visit USING btree (citizen_id);
CREATE INDEX visit_by_day ON public.visit USING btree (team_id, day);
CREATE INDEX visit_by_id ON public.visit USING btree (id);
CREATE INDEX visit_by_number ON public.visit USING btree (number);
CREATE INDEX visit_carer_by_day ON public.visit_carer USING btree (carer_id, day);
CREATE INDEX visit_guide_by_guide ON public.visit_guide USING btree (guide_id);
CREATE TRIGGER access_anchor_is_not_deleted BEFORE DELETE ON public.access_anchor FOR EACH ROW EXECUTE FUNCTION public.access_anchor_is_not_deleted();
CREATE TRIGGER access_anchor_is_not_emptied BEFORE TRUNCATE ON public.access_anchor FOR EACH STATEMENT EXECUTE FUNCTION public.access_anchor_is_not_deleted();
CREATE TRIGGER access_anchor_is_not_updated BEFORE UPDATE ON public.access_anchor FOR EACH ROW EXECUTE FUNCTION public.access_anchor_is_not_updated();
CREATE TRIGGER access_log_about_is_not_deleted BEFORE DELETE ON public.access_log_about FOR EACH ROW EXECUTE FUNCTION public.access_log_about_is_not_deleted();
CREATE TRIGGER access_log_about_is_not_emptied BEFORE TRUNCATE ON public.access_log_about FOR EACH STATEMENT EXECUTE FUNCTION public.access_log_about_is_not_deleted();
CREATE TRIGGER access_log_about_is_not_updated BEFORE UPDATE ON public.access_log_about FOR EACH ROW EXECUTE FUNCTION public.access_log_about_is_not_updated();
CREATE TRIGGER access_log_is_not_deleted BEFORE DELETE ON public.access_log FOR EACH ROW EXECUTE FUNCTION public.access_log_is_not_deleted();
CREATE TRIGGER access_log_is_not_emptied BEFORE TRUNCATE ON public.access_log FOR EACH STATEMENT EXECUTE FUNCTION public.access_log_is_not_deleted();
CREATE TRIGGER access_log_is_not_updated BEFORE UPDATE ON public.access_log FOR EACH ROW WHEN (((old.n IS NOT NULL) OR (new.n IS NULL) OR ((new.id <> old.id) OR (new.at <> old.at) OR (new.received_at <> old.received_at) OR (new.kind <> old.kind) OR (new.what <> old.what) OR (new.day <> old.day) OR (new.person_id <> old.person_id)) OR ((new.sign_in_id <> old.sign_in_id) OR (new.phone_id <> old.phone_id) OR (new.purpose <> old.purpose) OR (new.words <> old.words) OR (new.about <> old.about)))) EXECUTE FUNCTION public.access_log_is_not_updated();
CREATE TRIGGER access_sample_is_not_deleted BEFORE DELETE ON public.access_sample FOR EACH ROW EXECUTE FUNCTION public.access_sample_is_not_deleted();
CREATE TRIGGER access_sample_is_not_emptied BEFORE TRUNCATE ON public.access_sample FOR EACH STATEMENT EXECUTE FUNCTION public.access_sample_is_not_deleted();
CREATE TRIGGER access_sample_is_not_updated BEFORE UPDATE ON public.access_sample FOR EACH ROW EXECUTE FUNCTION public.access_sample_is_not_updated();
CREATE TRIGGER access_verdict_is_not_deleted BEFORE DELETE ON public.access_verdict FOR EACH ROW EXECUTE FUNCTION public.access_verdict_is_not_deleted();
CREATE TRIGGER access_verdict_is_not_emptied BEFORE TRUNCATE ON public.access_verdict FOR EACH STATEMENT EXECUTE FUNCTION public.access_verdict_is_not_deleted();
CREATE TRIGGER access_verdict_is_not_updated BEFORE UPDATE ON public.access_verdict FOR EACH ROW EXECUTE FUNCTION public.access_verdict_is_not_updated();
CREATE TRIGGER answer_is_not_deleted BEFORE DELETE ON public.answer FOR EACH ROW EXECUTE FUNCTION public.answer_is_not_deleted();
CREATE TRIGGER answer_is_not_emptied BEFORE TRUNCATE ON public.answer FOR EACH STATEMENT EXECUTE FUNCTION public.answer_is_not_deleted();
CREATE TRIGGER answer_is_not_updated BEFORE UPDATE ON public.answer FOR EACH ROW WHEN (((old.version IS NOT NULL) OR ((new.team_id <> old.team_id) OR (new.visit_id <> old.visit_id) OR (new.change_id <> old.change_id) OR (new.at <> old.at) OR (new.received_at <> old.received_at) OR (new.by_id <> old.by_id) OR (new.seen <> old.seen) OR (new.reason <> old.reason)) OR (COALESCE(new.step_id, ''::text) <> COALESCE(old.step_id, ''::text)) OR (COALESCE(new.answer, ''::text) <> COALESCE(old.answer, ''::text)))) EXECUTE FUNCTION public.answer_is_not_updated();
CREATE TRIGGER attendance_is_not_deleted BEFORE DELETE ON public.attendance FOR EACH ROW EXECUTE FUNCTION public.attendance_is_not_deleted();
CREATE TRIGGER attendance_is_not_emptied BEFORE TRUNCATE ON public.attendance FOR EACH STATEMENT EXECUTE FUNCTION public.attendance_is_not_deleted();
CREATE TRIGGER attendance_is_not_updated BEFORE UPDATE ON public.attendance FOR EACH ROW EXECUTE FUNCTION public.attendance_is_not_updated();
CREATE TRIGGER change_dealt_with_is_not_deleted BEFORE DELETE ON public.change_dealt_with FOR EACH ROW EXECUTE FUNCTION public.change_dealt_with_is_not_deleted();
CREATE TRIGGER change_dealt_with_is_not_emptied BEFORE TRUNCATE ON public.change_dealt_with FOR EACH STATEMENT EXECUTE FUNCTION public.change_dealt_with_is_not_deleted();
CREATE TRIGGER change_dealt_with_is_not_updated BEFORE UPDATE ON public.change_dealt_with FOR EACH ROW EXECUTE FUNCTION public.change_dealt_with_is_not_updated();
CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON public.change FOR EACH ROW EXECUTE FUNCTION public.change_is_not_deleted();
CREATE TRIGGER change_is_not_emptied BEFORE TRUNCATE ON public.change FOR EACH STATEMENT EXECUTE FUNCTION public.change_is_not_deleted();
CREATE TRIGGER change_is_not_updated BEFORE UPDATE ON public.change FOR EACH ROW EXECUTE FUNCTION public.change_is_not_updated();
CREATE TRIGGER deviation_is_not_deleted BEFORE DELETE ON public.deviation FOR EACH ROW EXECUTE FUNCTION public.deviation_is_not_deleted();
CREATE TRIGGER deviation_is_not_emptied BEFORE TRUNCATE ON public.deviation FOR EACH STATEMENT EXECUTE FUNCTION public.deviation_is_not_deleted();
CREATE TRIGGER deviation_is_not_updated BEFORE UPDATE ON public.deviation FOR EACH ROW EXECUTE FUNCTION public.deviation_is_not_updated();
CREATE TRIGGER note_is_not_deleted BEFORE DELETE ON public.note FOR EACH ROW EXECUTE FUNCTION public.note_is_not_deleted();
CREATE TRIGGER note_is_not_emptied BEFORE TRUNCATE ON public.note FOR EACH STATEMENT EXECUTE FUNCTION public.note_is_not_deleted();
CREATE TRIGGER note_is_not_updated BEFORE UPDATE ON public.note FOR EACH ROW EXECUTE FUNCTION public.note_is_not_updated();
CREATE TRIGGER photo_reference_is_not_deleted BEFORE DELETE ON public.photo_reference FOR EACH ROW EXECUTE FUNCTION public.photo_reference_is_not_deleted();
CREATE TRIGGER photo_reference_is_not_emptied BEFORE TRUNCATE ON public.photo_reference FOR EACH STATEMENT EXECUTE FUNCTION public.photo_reference_is_not_deleted();
CREATE TRIGGER photo_reference_is_not_updated BEFORE UPDATE ON public.photo_reference FOR EACH ROW EXECUTE FUNCTION public.photo_reference_is_not_updated();
CREATE TRIGGER role_review_is_not_deleted BEFORE DELETE ON public.role_review FOR EACH ROW EXECUTE FUNCTION public.role_review_is_not_deleted();
CREATE TRIGGER role_review_is_not_emptied BEFORE TRUNCATE ON public.role_review FOR EACH STATEMENT EXECUTE FUNCTION public.role_review_is_not_deleted();
CREATE TRIGGER role_review_is_not_updated BEFORE UPDATE ON public.role_review FOR EACH ROW EXECUTE FUNCTION public.role_review_is_not_updated();
CREATE TRIGGER taken_back_is_not_deleted BEFORE DELETE ON public.taken_back FOR EACH ROW EXECUTE FUNCTION public.taken_back_is_not_deleted();
CREATE TRIGGER taken_back_is_not_emptied BEFORE TRUNCATE ON public.taken_back FOR EACH STATEMENT EXECUTE FUNCTION public.taken_back_is_not_deleted();
CREATE TRIGGER taken_back_is_not_updated BEFORE UPDATE ON public.taken_back FOR EACH ROW EXECUTE FUNCTION public.taken_back_is_not_updated();
ALTER TABLE ONLY public.access_log_about
    ADD CONSTRAINT access_log_about_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.access_log(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.access_sample
    ADD CONSTRAINT access_sample_drawn_by_id_fkey FOREIGN KEY (drawn_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.access_verdict
    ADD CONSTRAINT access_verdict_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_team_id_visit_id_step_id_fkey FOREIGN KEY (team_id, visit_id, step_id) REFERENCES public.visit_step(team_id, visit_id, id);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.attendance
    ADD CONSTRAINT attendance_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.attention_read
    ADD CONSTRAINT attention_read_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.ceremony
    ADD CONSTRAINT ceremony_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.change_dealt_with
    ADD CONSTRAINT change_dealt_with_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.change_dealt_with
    ADD CONSTRAINT change_dealt_with_team_id_change_id_digest_fkey FOREIGN KEY (team_id, change_id, digest) REFERENCES public.change(team_id, id, digest);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT change_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.checklist_step
    ADD CONSTRAINT checklist_step_checklist_id_version_fkey FOREIGN KEY (checklist_id, version) REFERENCES public.checklist(id, version);
ALTER TABLE ONLY public.claim_rule
    ADD CONSTRAINT claim_rule_made_by_id_fkey FOREIGN KEY (made_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.claim_rule
    ADD CONSTRAINT claim_rule_removed_by_id_fkey FOREIGN KEY (removed_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.claim_rule
    ADD CONSTRAINT claim_rule_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT deviation_reported_by_id_fkey FOREIGN KEY (reported_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.deviation
    ADD CONSTRAINT deviation_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.note
    ADD CONSTRAINT note_team_id_visit_id_corrects_id_fkey FOREIGN KEY (team_id, visit_id, corrects_id) REFERENCES public.note(team_id, visit_id, id);
ALTER TABLE ONLY public.note
    ADD CONSTRAINT note_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.note
    ADD CONSTRAINT note_written_by_id_fkey FOREIGN KEY (written_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.phone_gap
    ADD CONSTRAINT phone_gap_phone_id_fkey FOREIGN KEY (phone_id) REFERENCES public.phone(id);
ALTER TABLE ONLY public.phone
    ADD CONSTRAINT phone_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.phone
    ADD CONSTRAINT phone_revoked_by_id_fkey FOREIGN KEY (revoked_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.photo_reference
    ADD CONSTRAINT photo_reference_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.photo_reference
    ADD CONSTRAINT photo_reference_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.photo_sender
    ADD CONSTRAINT photo_sender_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.photo_sender
    ADD CONSTRAINT photo_sender_sha256_fkey FOREIGN KEY (sha256) REFERENCES public.photo(sha256) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_ended_by_id_fkey FOREIGN KEY (ended_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_given_by_id_fkey FOREIGN KEY (given_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role_review
    ADD CONSTRAINT role_review_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role_review
    ADD CONSTRAINT role_review_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.role_review
    ADD CONSTRAINT role_review_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.claim_rule(id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES public.passkey(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_revoked_by_id_fkey FOREIGN KEY (revoked_by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.taken_back
    ADD CONSTRAINT taken_back_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.taken_back
    ADD CONSTRAINT taken_back_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.team(id);
ALTER TABLE ONLY public.visit_carer
    ADD CONSTRAINT visit_carer_carer_id_fkey FOREIGN KEY (carer_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.visit_carer
    ADD CONSTRAINT visit_carer_team_id_visit_id_day_fkey FOREIGN KEY (team_id, visit_id, day) REFERENCES public.visit(team_id, id, day) ON UPDATE CASCADE;
ALTER TABLE ONLY public.visit_guide
    ADD CONSTRAINT visit_guide_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.visit_plan
    ADD CONSTRAINT visit_plan_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.visit_step
    ADD CONSTRAINT visit_step_team_id_visit_id_fkey FOREIGN KEY (team_id, visit_id) REFERENCES public.visit(team_id, id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(id);
