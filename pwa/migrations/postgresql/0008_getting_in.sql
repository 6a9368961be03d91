-- Invitations and recovery codes: how somebody comes to a first passkey, or to a new one. Why: schema.sql.

create table invitation (
  id text collate "C" not null primary key,
  person_id text collate "C" not null references person (id),
  code_hash text collate "C" not null unique,
  by_id text collate "C" references person (id),
  made_at text collate "C" not null,
  ends_at text collate "C" not null,
  used_at text collate "C",
  withdrawn_at text collate "C"
);
create index invitation_by_person on invitation (person_id);

create table recovery_code (
  code_hash text collate "C" not null primary key,
  person_id text collate "C" not null references person (id),
  made_at text collate "C" not null,
  used_at text collate "C",
  withdrawn_at text collate "C"
);
create index recovery_code_by_person on recovery_code (person_id);

alter table ceremony add column code_hash text collate "C";
