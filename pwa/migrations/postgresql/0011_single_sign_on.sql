-- People sign in with their municipality's own sign-in, and its claims give roles. Why: schema.sql.

create table identity (
  issuer text collate "C" not null,
  subject text collate "C" not null,
  person_id text collate "C" not null references person (id),
  linked_at text collate "C" not null,
  used_at text collate "C",
  removed_at text collate "C",
  primary key (issuer, subject, linked_at)
);
create index identity_by_person on identity (person_id);
create unique index identity_not_removed on identity (issuer, subject) where removed_at is null;

create table claim_rule (
  id text collate "C" not null primary key,
  value text collate "C" not null,
  name text collate "C" not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  team_id text collate "C" not null references team (id),
  made_at text collate "C" not null,
  made_by_id text collate "C" not null references person (id),
  removed_at text collate "C",
  removed_by_id text collate "C" references person (id)
);
create unique index claim_rule_not_removed on claim_rule (value, name, team_id) where removed_at is null;

alter table role add column rule_id text collate "C" references claim_rule (id);
