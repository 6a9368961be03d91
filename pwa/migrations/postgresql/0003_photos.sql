-- Photos that carers take. Why each table and column is there: schema.sql.

create table photo (
  sha256 text collate "C" not null primary key,
  type text collate "C" not null check (type in ('image/jpeg', 'image/png', 'image/webp')),
  bytes bigint not null,
  pixels bigint not null,
  stored_as text collate "C" not null,
  stored_sha256 text collate "C" not null,
  stored_bytes bigint not null,
  received_at text collate "C" not null,
  referenced_at text collate "C"
);
create index photo_without_reference on photo (received_at) where referenced_at is null;
create index photo_by_place on photo (stored_as);

create table photo_sender (
  sha256 text collate "C" not null references photo (sha256) on delete cascade,
  person_id text collate "C" not null references person (id),
  received_at text collate "C" not null,
  primary key (sha256, person_id)
);

create table photo_reference (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  change_id text collate "C" not null,
  sha256 text collate "C" not null,
  received_at text collate "C" not null,
  by_id text collate "C" not null references person (id),
  primary key (team_id, visit_id, change_id, sha256),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
create index photo_reference_by_photo on photo_reference (sha256);

create function photo_reference_is_not_updated() returns trigger language plpgsql as $$
begin
  raise exception 'a reference to a photo is never updated' using errcode = 'integrity_constraint_violation';
end $$;
create trigger photo_reference_is_not_updated before update on photo_reference
for each row execute function photo_reference_is_not_updated();
create function photo_reference_is_not_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'a reference to a photo is never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger photo_reference_is_not_deleted before delete on photo_reference
for each row execute function photo_reference_is_not_deleted();
create trigger photo_reference_is_not_emptied before truncate on photo_reference
execute function photo_reference_is_not_deleted();
