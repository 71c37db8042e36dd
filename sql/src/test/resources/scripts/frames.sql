# Frames of windows: RANGE and GROUPS with offsets, EXCLUDE, FILTER; the answers are PostgreSQL's.
create table emp (id integer primary key, name varchar, dept varchar, sal integer, hired date, d double precision)
---- ok

insert into emp values (1,'ann','a',100,'2020-01-31',1.5),(2,'bob','a',200,'2021-02-28',2.5),(3,'cid','b',300,'2021-03-15',3.5),(4,'dan','b',300,'2023-04-01',4.5),(5,'eve',NULL,NULL,NULL,NULL)
---- ok

select id, sum(sal) over (order by sal range between 100 preceding and 50 following) from emp order by id
---- rows
1|100
2|300
3|800
4|800
5|NULL

select id, sum(sal) over (order by sal desc range between 100 preceding and 50 following) from emp order by id
---- rows
1|300
2|800
3|600
4|600
5|NULL

select id, sum(sal) over (order by d range between 1 preceding and 0.5 following), count(*) over (order by sal range between 1 following and 200 following) from emp order by id
---- rows
1|100|3
2|300|2
3|500|0
4|600|0
5|NULL|1

select id, sum(sal) over (order by sal groups between 1 preceding and current row), count(*) over (order by sal groups between 1 following and 2 following), first_value(id) over (order by sal groups 1 preceding) from emp order by id
---- rows
1|100|3|1
2|300|3|1
3|800|1|2
4|800|1|2
5|600|0|3

select id, count(*) over (order by dept groups between unbounded preceding and current row) from emp order by id
---- rows
1|2
2|2
3|4
4|4
5|5

select id, sum(sal) over (order by id rows between 1 preceding and 1 following exclude current row) from emp order by id
---- rows
1|200
2|400
3|500
4|300
5|300

select id, count(*) over (order by dept range between unbounded preceding and current row exclude ties), count(*) over (order by dept groups between 1 preceding and 1 following exclude group) from emp order by id
---- rows
1|1|2
2|1|2
3|3|3
4|3|3
5|5|2

select id, first_value(id) over (order by dept, id rows between unbounded preceding and unbounded following exclude current row), last_value(id) over (order by dept, id rows between unbounded preceding and unbounded following exclude current row), nth_value(id,2) over (order by dept, id rows between unbounded preceding and unbounded following exclude current row) from emp order by id
---- rows
1|2|5|3
2|1|5|3
3|1|5|2
4|1|5|2
5|1|4|2

select id, count(*) over (order by hired range between interval '1 year' preceding and current row), count(*) over (order by hired range between interval '20 days' preceding and interval '1 month' following) from emp order by id
---- rows
1|1|1
2|1|2
3|2|2
4|1|1
5|1|1

select id, max(sal) over (partition by dept order by id rows between current row and unbounded following exclude ties) from emp order by id
---- rows
1|200
2|200
3|300
4|300
5|NULL

select id, count(*) over (order by dept, sal range between 1 preceding and current row) from emp
---- error 42601

select id, count(*) over (order by sal range between -1 preceding and current row) from emp
---- error 22023

select id, sum(sal) over (rows between 1 preceding and 1 following exclude group) from emp where id < 3 order by id
---- rows
1|NULL
2|NULL

select cast(null as vector(3)) from emp where id=1
---- rows
NULL

DROP TABLE emp
---- ok
