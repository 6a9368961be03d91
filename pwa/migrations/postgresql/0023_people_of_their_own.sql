-- A person's own document has a number of its person's own: whoever chooses a language moves nobody else's on. It is one that
-- no phone was given yet, so that each fetches its own once more.

insert into counter (team_id, epoch, seq)
select substr(id, 8), (select epoch from counter where team_id = ''), version + 1
from document where team_id = '' and id like 'person-%'
on conflict (team_id) do update set seq = greatest(counter.seq, excluded.seq) + 1;
update document set
  version = (select seq from counter where counter.team_id = substr(document.id, 8)),
  team_id = substr(id, 8)
where team_id = '' and id like 'person-%';
