-- What needed a look can be dealt with. Why each table and column is there: schema.sql.

create table change_dealt_with (
  team_id text not null,
  change_id text not null,
  digest text not null,
  n integer not null,
  kind text not null check (kind in ('dealt_with', 'put_back')),
  at text not null,
  by_id text not null references person (id),
  primary key (team_id, change_id, digest, n),
  foreign key (team_id, change_id, digest) references change (team_id, id, digest)
) strict;

create trigger change_dealt_with_is_not_updated before update on change_dealt_with
begin select raise(abort, 'a dealing with a change is never updated'); end;
create trigger change_dealt_with_is_not_deleted before delete on change_dealt_with
begin select raise(abort, 'a dealing with a change is never deleted'); end;
