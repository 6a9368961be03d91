-- A phone whose storage was copied to another, and what of it goes by an id of its own. Why: schema.sql.

alter table phone add column copy_of text collate "C" references phone (id);
