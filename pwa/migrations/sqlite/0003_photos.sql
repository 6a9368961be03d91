-- Photos that carers take. Why each table and column is there: schema.sql.

create table photo (
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
create index photo_without_reference on photo (received_at) where referenced_at is null;
create index photo_by_place on photo (stored_as);

create table photo_sender (
  sha256 text not null references photo (sha256) on delete cascade,
  person_id text not null references person (id),
  received_at text not null,
  primary key (sha256, person_id)
) strict;

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

create trigger photo_reference_is_not_updated before update on photo_reference
begin select raise(abort, 'a reference to a photo is never updated'); end;
create trigger photo_reference_is_not_deleted before delete on photo_reference
begin select raise(abort, 'a reference to a photo is never deleted'); end;
