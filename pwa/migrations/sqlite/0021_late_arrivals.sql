-- What arrived in another hour than it was done in is little, and leaders are told what of it is of an earlier day.

create index change_late on change (received_at, team_id, visit_id) where fate = 'applied' and substr(received_at, 1, 13) > substr(at, 1, 13);
