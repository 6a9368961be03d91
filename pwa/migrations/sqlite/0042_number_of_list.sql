-- The list's number is kept beside one that is written here, and counts again once that is taken away.
alter table person add column list_phone text not null default '';
alter table person add column phone_at text;
update person set list_phone = phone where phone_by_id is null;
