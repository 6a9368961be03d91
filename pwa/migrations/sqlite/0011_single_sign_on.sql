-- People sign in with their municipality's own sign-in, and its claims give roles. Why: schema.sql.

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

create table claim_rule (
  id text not null primary key,
  value text not null,
  name text not null check (name in ('carer', 'leader', 'organiser', 'administrator', 'dpo')),
  team_id text not null references team (id),
  made_at text not null,
  made_by_id text not null references person (id),
  removed_at text,
  removed_by_id text references person (id)
) strict;
create unique index claim_rule_not_removed on claim_rule (value, name, team_id) where removed_at is null;

alter table role add column rule_id text references claim_rule (id);
