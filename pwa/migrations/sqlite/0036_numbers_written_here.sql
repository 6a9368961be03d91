alter table person add column phone_by_id text references person (id);
