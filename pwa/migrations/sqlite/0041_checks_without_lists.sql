-- For a list of three words and more SQLite makes a table of its own for each row that is checked: a tenth of what a change cost.
-- The same said with "or", by its words, as in 0032: what is stored stays as it is.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql,
  'check (answer in (''alone'', ''together'', ''carer'', ''technology'', ''not_done'', ''not_relevant''))',
  'check (answer = ''alone'' or answer = ''together'' or answer = ''carer'' or answer = ''technology'' or answer = ''not_done'' or answer = ''not_relevant'')')
where type = 'table' and name = 'answer';
update sqlite_schema set sql = replace(sql,
  'check (fate in (''applied'', ''refused'', ''held''))',
  'check (fate = ''applied'' or fate = ''refused'' or fate = ''held'')')
where type = 'table' and name = 'change';
update sqlite_schema set sql = replace(sql,
  'check (kind in (''not_home'', ''refused'', ''moved'', ''extra'', ''other''))',
  'check (kind = ''not_home'' or kind = ''refused'' or kind = ''moved'' or kind = ''extra'' or kind = ''other'')')
where type = 'table' and name = 'deviation';
update sqlite_schema set sql = replace(sql,
  'check (planned in (''alone'', ''together'', ''carer'', ''technology''))',
  'check (planned = ''alone'' or planned = ''together'' or planned = ''carer'' or planned = ''technology'')')
where type = 'table' and name = 'visit_step';
pragma writable_schema = reset;
