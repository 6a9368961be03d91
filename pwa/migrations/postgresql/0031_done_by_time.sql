-- What was done on a day is found by its time: a board counts it again whenever something has changed.
create index attendance_by_time on attendance (team_id, at, visit_id);
create index answer_by_time on answer (team_id, at, visit_id);
