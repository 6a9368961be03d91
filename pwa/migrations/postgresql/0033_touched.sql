alter table document add column touched bigint not null default 0;
