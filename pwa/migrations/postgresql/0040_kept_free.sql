-- Nothing changes here: the number is kept free.
select 1;
