alter table person add column phone_by_id text collate "C" references person (id);
