-- Numbers to call from a visit: the citizen, a relative and the nurse as the plan has them; leaders by the list of
-- employees. As they were written.

alter table person add column phone text not null default '';
alter table visit add column phone text not null default '';
alter table visit add column relative text not null default '';
alter table visit add column relative_phone text not null default '';
alter table visit add column nurse text not null default '';
alter table visit add column nurse_phone text not null default '';
