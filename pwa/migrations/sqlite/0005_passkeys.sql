-- People sign in with passkeys. Why each table and column is there: schema.sql.

create table passkey (
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
create index passkey_by_person on passkey (person_id);

create table ceremony (
  token_hash text not null primary key,
  kind text not null,
  challenge text not null,
  person_id text references person (id),
  ends_at text not null
) strict;
create index ceremony_by_end on ceremony (ends_at);

create table attempt (
  since text not null,
  what text not null,
  who text not null,
  count integer not null,
  primary key (since, what, who)
) strict;

alter table sign_in add column passkey_id text references passkey (id);
alter table sign_in add column device text not null default '';
alter table sign_in add column confirmed_at text;
alter table sign_in add column revoked_by_id text references person (id);
