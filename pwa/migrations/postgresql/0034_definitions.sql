-- A published version of a checklist keeps its definition; the plain lists of before have none.

alter table checklist add column definition text collate "C";
