-- Invitations and recovery codes: how somebody comes to a first passkey, or to a new one. Why: schema.sql.

create table invitation (
  id text not null primary key,
  person_id text not null references person (id),
  code_hash text not null unique,
  by_id text references person (id),
  made_at text not null,
  ends_at text not null,
  used_at text,
  withdrawn_at text
) strict;
create index invitation_by_person on invitation (person_id);

create table recovery_code (
  code_hash text not null primary key,
  person_id text not null references person (id),
  made_at text not null,
  used_at text,
  withdrawn_at text
) strict;
create index recovery_code_by_person on recovery_code (person_id);

alter table ceremony add column code_hash text;
