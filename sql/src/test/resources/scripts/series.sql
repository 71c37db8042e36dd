# Functions that return rows, defaults and lists of columns in changes.
create table st (id int primary key, a varchar, b int default 7)
---- ok

select * from generate_series(1,5) as g(x)
---- rows
1
2
3
4
5

select * from generate_series(10,1,-3) as g(x)
---- rows
10
7
4
1

select x, x*x from generate_series(1,3) x
---- rows
1|1
2|4
3|9

select generate_series(1,3)
---- rows
1
2
3

select count(*) from generate_series(1,1000) g where g % 7 = 0
---- rows
142

select * from generate_series(timestamp '2020-01-01', timestamp '2020-01-03', interval '1 day') as g(x)
---- rows
2020-01-01 00:00:00
2020-01-02 00:00:00
2020-01-03 00:00:00

select g from generate_series(timestamp '2020-01-31', timestamp '2020-04-30', interval '1 month') as g
---- rows
2020-01-31 00:00:00
2020-02-29 00:00:00
2020-03-29 00:00:00
2020-04-29 00:00:00

select * from string_to_table('a,b,c',',') as t(x)
---- rows
a
b
c

select * from regexp_split_to_table('a b c',' ') as t(x)
---- rows
a
b
c

insert into st select i, 'n' || i, i * 2 from generate_series(1, 4) as i
---- ok

select id, generate_series(1, id) from st where id < 3 order by 1, 2
---- rows
1|1
2|1
2|2

select id, g from st, generate_series(1, st.id) g where id < 3 order by 1, 2
---- rows
1|1
2|1
2|2

select generate_series(1,2) as a, generate_series(1,3) as b
---- rows
1|1
2|2
NULL|3

select sum(g) from generate_series(1, 100) g
---- rows
5050

select generate_series(5,1), 1
---- rows


select * from generate_series(1,3,0)
---- error 22023

insert into st (id) values (10)
---- ok

select id, sum(b) over (order by id / 2 groups between 1 preceding and current row), count(*) over (order by id / 2 groups between 1 following and 2 following) from st where id < 9 order by id
---- rows
1|2|3
2|12|1
3|12|1
4|18|0

update st set (a, b) = ('q', 8) where id = 10
---- ok

update st set b = default where id = 10
---- ok

select * from st where id = 10
---- rows
10|q|7

select id, a::text, b::text, ts at time zone 'UTC' from (select id, a, b, timestamp '2020-01-01' as ts from st where id=10) as q
---- rows
10|q|7|2020-01-01 00:00:00+00

create table dv (id bigint generated always as identity primary key, x int default 5, y text)
---- ok

insert into dv default values
---- ok

insert into dv default values returning x, y
---- rows
5|NULL

update dv set (x, y) = (default, 'z') where x = 5
---- ok

select x, y from dv order by id
---- rows
5|z
5|z

DROP TABLE st, dv
---- ok

# A function of one value is no table.
select * from st, rank() as x
---- error 42883 rank

select * from sum(1)
---- error 42883 sum

select * from row_number() over ()
---- error 42601
