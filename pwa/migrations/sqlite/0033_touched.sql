alter table document add column touched integer not null default 0;
