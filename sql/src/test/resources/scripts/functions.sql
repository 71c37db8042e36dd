# Functions, operators and arrays, with PostgreSQL's answers.
create table t (id int primary key, a int array, s varchar array)
---- ok

insert into t values (1, array[1,2,3], array['x','y']), (2, array[4,null], null), (3, null, array['z'])
---- ok

select array_append(a, 9), array_prepend(0, a), array_cat(a, array[7]) from t order by id
---- rows
{1,2,3,9}|{0,1,2,3}|{1,2,3,7}
{4,NULL,9}|{0,4,NULL}|{4,NULL,7}
{9}|{0}|{7}

select a || 5, 0 || a, a || array[8,9], a || a from t order by id
---- rows
{1,2,3,5}|{0,1,2,3}|{1,2,3,8,9}|{1,2,3,1,2,3}
{4,NULL,5}|{0,4,NULL}|{4,NULL,8,9}|{4,NULL,4,NULL}
{5}|{0}|{8,9}|NULL

select 'a' || 1, 1 || 'b', 'a' || null, 'x' || true || 1.5
---- rows
a1|1b|NULL|xtrue1.5

select array_remove(a, 2), array_replace(a, 2, 7), array_position(a, 3), array_positions(a, 4) from t order by id
---- rows
{1,3}|{1,7,3}|3|{}
{4,NULL}|{4,NULL}|NULL|{1}
NULL|NULL|NULL|NULL

select array_remove(array[1,null,2], null), array_position(array['a','b'], 'b')
---- rows
{1,2}|2

select array_length(a, 1), cardinality(a), array_upper(a,1) from t order by id
---- rows
3|3|3
2|2|2
NULL|NULL|NULL

select a[1:2], a[2:], a[:2], a[1], a[9] from t order by id
---- rows
{1,2}|{2,3}|{1,2}|1|NULL
{4,NULL}|{NULL}|{4,NULL}|4|NULL
NULL|NULL|NULL|NULL|NULL

select a @> array[1,2], array[1] <@ a, a && array[3,4] from t order by id
---- rows
true|true|true
false|false|true
NULL|NULL|NULL

select array_to_string(a, ','), array_to_string(a, ',', '*'), array_to_string(s, '-') from t order by id
---- rows
1,2,3|1,2,3|x-y
4|4,*|NULL
NULL|NULL|z

select string_to_array('a,b,,c', ','), string_to_array('abc', null), string_to_array('1,x,3', ',', 'x')
---- rows
{a,b,"",c}|{a,b,c}|{1,NULL,3}

select a::text, s::text, cast(a as varchar) from t order by id
---- rows
{1,2,3}|{x,y}|{1,2,3}
{4,NULL}|NULL|{4,NULL}
NULL|{z}|NULL

select 3 > all (array[1,2]), 3 < any(array[1,2,5]), 2 = all(array[2,2]), 2 <> all (array[1,3]), 1 = any(a) from t order by id
---- rows
true|true|true|true|true
true|true|true|true|NULL
true|true|true|true|NULL

select trim_array(a, 1) from t where id=1
---- rows
{1,2}

select array[1,2] = array[1,2], array[1,2] < array[1,3], array[1]||array[2] = array[1,2]
---- rows
true|true|true

select a = array[1,2,3] from t order by id
---- rows
true
false
NULL

select array_agg(id order by id desc), array_agg(id order by id desc) filter (where id < 3) from t
---- rows
{3,2,1}|{2,1}

select cast('{1,2}' as integer array)
---- rows
{1,2}

select length('héllo'), octet_length('héllo'), char_length('abc'), bit_length('abc')
---- rows
5|6|3|24

select substring('foobar' from 'o.b'), overlay('Txxxxas' placing 'hom' from 2 for 4)
---- rows
oob|Thomas

select trim('  a '), trim(both 'x' from 'xxaxx'), ltrim('xxa','x'), btrim('xyaxy','xy'), ltrim('  q')
---- rows
a|a|a|a|q

select regexp_replace('foobarbaz','b..','X'), regexp_replace('foobarbaz','b..','X','g'), regexp_match('foobarbequebaz','(bar)(beque)')
---- rows
fooXbaz|fooXX|{bar,beque}

select regexp_split_to_array('a  b c','\s+'), regexp_count('abcabc','b'), regexp_instr('abcabc','c'), regexp_substr('abc123','[0-9]+'), regexp_like('abc','B','i')
---- rows
{a,b,c}|2|3|123|true

select encode('abc','hex'), encode('abc','base64'), decode('YWJj','base64'), sha256('abc')
---- rows
616263|YWJj|\x616263|\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

select format('Hello %s, %I %L', 'World','a b','it''s'), quote_literal('it''s'), quote_ident('a b')
---- rows
Hello World, "a b" 'it''s'|'it''s'|"a b"

select to_char(1234.5,'FM9,999.00'), to_char(date '2020-01-02','YYYY-MM-DD'), to_char(timestamp '2020-01-02 03:04:05','HH24:MI:SS Day Mon')
---- rows
1,234.50|2020-01-02|03:04:05 Thursday  Jan

select to_date('02 Jan 2020','DD Mon YYYY'), to_number('1,234.5','9,999.9'), to_timestamp('2020-01-02 13:14','YYYY-MM-DD HH24:MI'), to_date('20200102','YYYYMMDD')
---- rows
2020-01-02|1234.5000000000|2020-01-02 13:14:00+00|2020-01-02

select to_timestamp(0), to_char(timestamp '2020-12-31 23:59:59.123456', 'YY IW IYYY Q DDD D HH12:MI:SS.MS AM FMMonth DDth')
---- rows
1970-01-01 00:00:00+00|20 53 2020 4 366 5 11:59:59.123 PM December 31st

select 'abc' similar to '(a|b)%', 'abc' similar to 'a_c', 'abc' not similar to 'b%', 'a.c' similar to 'a.c', 'abc' similar to 'a.c'
---- rows
true|true|true|true|false

select starts_with('alphabet','alph'), 'abc' ^@ 'ab'
---- rows
true|true

select div(7,2), div(-7,2), gcd(12,18), lcm(4,6), factorial(5), width_bucket(5.35,0.024,10.06,5), cbrt(27), log(100), log(2,8), sinh(1), cosh(1), tanh(1), cot(1)
---- rows
3|-3|6|12|120|3|3|2|3|1.1752011936438014|1.543080634815244|0.7615941559557649|0.6420926159343306

select greatest(1,null,3), least(2,null,1), greatest('a','b'), greatest(null,null)
---- rows
3|1|b|NULL

select date_part('month', date '2020-05-06'), date_part('epoch', timestamp '2020-01-01'), date_part('second', timestamp '2020-01-01 00:00:01.5')
---- rows
5|1577836800|1.5

select timestamp '2020-01-01' + interval '1 day 2 hours', timestamp '2020-01-01' - interval '90 minutes', timestamp '2020-01-31' + interval '1 month 1 day', timestamp '2020-01-01' + interval '02:30' - interval '1 year'
---- rows
2020-01-02 02:00:00|2019-12-31 22:30:00|2020-03-01 00:00:00|2019-01-01 02:30:00

select timestamp '2020-01-01' + interval 'nonsense'
---- error 42601

select make_date(2020,1,2), make_time(1,2,3.5), make_timestamp(2020,1,2,3,4,5.5)
---- rows
2020-01-02|01:02:03.5|2020-01-02 03:04:05.5

select make_date(2020,13,2)
---- error 22007

select now() at time zone 'UTC' is not null, timezone('UTC', timestamp '2020-01-01')
---- rows
true|2020-01-01 00:00:00+00

select id, sum(id) filter (where id > 1) over (order by id), count(*) filter (where id > 1) over () from t order by id
---- rows
1|NULL|2
2|2|2
3|5|2

DROP TABLE t
---- ok
