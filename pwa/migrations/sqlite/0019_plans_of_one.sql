-- What the plan did to somebody's day has a number of its person's own: seeing it moves nobody else's on.

insert into counter (team_id, epoch, seq)
select substr(id, 6), (select epoch from counter where team_id = ''), version
from document where team_id = '' and id like 'plan-%';
update document set team_id = substr(id, 6) where team_id = '' and id like 'plan-%';
