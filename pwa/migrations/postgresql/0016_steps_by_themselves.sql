-- Steps that "all as planned" does not answer, such as medicine.

alter table checklist_step add column by_itself bigint not null default 0 check (by_itself in (0, 1));
alter table visit_step add column by_itself bigint not null default 0 check (by_itself in (0, 1));
