-- What is written about a visit on another day than its own is told to leaders, however soon it arrives.

create index note_by_time on note (team_id, received_at, visit_id);
create index deviation_by_time on deviation (team_id, received_at, visit_id);
