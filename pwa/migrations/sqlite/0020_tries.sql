-- What was refused and is sent again says what it repeats: all its tries are one matter.

alter table change add column retry_of text;
create index change_again on change (person_id, retry_of) where retry_of is not null;
