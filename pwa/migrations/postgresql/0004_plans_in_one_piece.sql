-- All that is planned at a visit, read by every push. Why: schema.sql. A visit without one is read from its tables.

create table visit_plan (
  team_id text collate "C" not null,
  visit_id text collate "C" not null,
  body text collate "C" not null,
  primary key (team_id, visit_id),
  foreign key (team_id, visit_id) references visit (team_id, id)
);
