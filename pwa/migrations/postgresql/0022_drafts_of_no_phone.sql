-- Who undoes on the server's own page gets her words back, half-written, and there is no phone. Why: schema.sql.

alter table draft alter column phone_id drop not null;
