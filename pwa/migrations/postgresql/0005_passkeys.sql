-- People sign in with passkeys. Why each table and column is there: schema.sql.

create table passkey (
  id text collate "C" not null primary key,
  person_id text collate "C" not null references person (id),
  name text collate "C" not null,
  public_key bytea not null,
  sign_count bigint not null,
  transports text collate "C" not null,
  made_at text collate "C" not null,
  used_at text collate "C",
  went_back_at text collate "C",
  removed_at text collate "C"
);
create index passkey_by_person on passkey (person_id);

create table ceremony (
  token_hash text collate "C" not null primary key,
  kind text collate "C" not null,
  challenge text collate "C" not null,
  person_id text collate "C" references person (id),
  ends_at text collate "C" not null
);
create index ceremony_by_end on ceremony (ends_at);

create table attempt (
  since text collate "C" not null,
  what text collate "C" not null,
  who text collate "C" not null,
  count bigint not null,
  primary key (since, what, who)
);

alter table sign_in add column passkey_id text collate "C" references passkey (id);
alter table sign_in add column device text collate "C" not null default '';
alter table sign_in add column confirmed_at text collate "C";
alter table sign_in add column revoked_by_id text collate "C" references person (id);
