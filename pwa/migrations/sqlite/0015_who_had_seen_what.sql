-- Two corrections of a note, or two answers from one carer's phones, neither of which had seen the other. Why: schema.sql.

alter table answer add column phone_id text;
alter table note add column phone_id text;
alter table note add column seen integer;
alter table note add column base_version integer;
