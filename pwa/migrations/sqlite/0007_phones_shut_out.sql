-- A phone is shut out: what it still sends is kept, and it is told to wipe itself. Why each column is there: schema.sql.

alter table phone add column revoked_at text;
alter table phone add column revoked_by_id text references person (id);
alter table phone add column revoked_as text check (revoked_as in ('revoked', 'lost'));
alter table phone add column wiped_at text;
