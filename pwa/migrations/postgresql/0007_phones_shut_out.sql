-- A phone is shut out: what it still sends is kept, and it is told to wipe itself. Why each column is there: schema.sql.

alter table phone add column revoked_at text collate "C";
alter table phone add column revoked_by_id text collate "C" references person (id);
alter table phone add column revoked_as text collate "C" check (revoked_as in ('revoked', 'lost'));
alter table phone add column wiped_at text collate "C";
