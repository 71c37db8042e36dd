package io.elanus.sql.conformance;

import io.elanus.sql.doors.RealServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;

/// The tables that Calcite's scripts are over, as ordinary tables: employees, departments and their like in three
/// schemas, and a schema `blank` for tables that a script makes.
final class IqTables {
    private IqTables() {}

    static void load(Connection connection) throws SQLException {
        RealServer.run(
                connection, "CREATE SCHEMA scott", "CREATE SCHEMA post", "CREATE SCHEMA hr", "CREATE SCHEMA blank");
        scott(connection);
        post(connection);
        hr(connection);
    }

    private static void scott(Connection connection) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE scott.dept (deptno TINYINT NOT NULL, dname VARCHAR(14), loc VARCHAR(13))",
                "INSERT INTO scott.dept VALUES (10, 'ACCOUNTING', 'NEW YORK'), (20, 'RESEARCH', 'DALLAS'),"
                        + " (30, 'SALES', 'CHICAGO'), (40, 'OPERATIONS', 'BOSTON')",
                "CREATE TABLE scott.emp (empno SMALLINT NOT NULL, ename VARCHAR(10), job VARCHAR(9), mgr SMALLINT,"
                        + " hiredate DATE, sal DECIMAL(7, 2), comm DECIMAL(7, 2), deptno TINYINT)",
                """
                INSERT INTO scott.emp VALUES
                  (7369, 'SMITH', 'CLERK', 7902, DATE '1980-12-17', 800, NULL, 20),
                  (7499, 'ALLEN', 'SALESMAN', 7698, DATE '1981-02-20', 1600, 300, 30),
                  (7521, 'WARD', 'SALESMAN', 7698, DATE '1981-02-22', 1250, 500, 30),
                  (7566, 'JONES', 'MANAGER', 7839, DATE '1981-02-04', 2975, NULL, 20),
                  (7654, 'MARTIN', 'SALESMAN', 7698, DATE '1981-09-28', 1250, 1400, 30),
                  (7698, 'BLAKE', 'MANAGER', 7839, DATE '1981-01-05', 2850, NULL, 30),
                  (7782, 'CLARK', 'MANAGER', 7839, DATE '1981-06-09', 2450, NULL, 10),
                  (7788, 'SCOTT', 'ANALYST', 7566, DATE '1987-04-19', 3000, NULL, 20),
                  (7839, 'KING', 'PRESIDENT', NULL, DATE '1981-11-17', 5000, NULL, 10),
                  (7844, 'TURNER', 'SALESMAN', 7698, DATE '1981-09-08', 1500, 0, 30),
                  (7876, 'ADAMS', 'CLERK', 7788, DATE '1987-05-23', 1100, NULL, 20),
                  (7900, 'JAMES', 'CLERK', 7698, DATE '1981-12-03', 950, NULL, 30),
                  (7902, 'FORD', 'ANALYST', 7566, DATE '1981-12-03', 3000, NULL, 20),
                  (7934, 'MILLER', 'CLERK', 7782, DATE '1982-01-23', 1300, NULL, 10)""",
                "CREATE TABLE scott.bonus (ename VARCHAR(10), job VARCHAR(9), sal DECIMAL(7, 2), comm DECIMAL(7, 2))",
                "CREATE TABLE scott.salgrade (grade INTEGER NOT NULL, losal DECIMAL(7, 2), hisal DECIMAL(7, 2))",
                "INSERT INTO scott.salgrade VALUES (1, 700, 1200), (2, 1201, 1400), (3, 1401, 2000), (4, 2001, 3000),"
                        + " (5, 3001, 9999)");
    }

    private static void post(Connection connection) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE post.emp (ename VARCHAR(5), deptno INTEGER, gender VARCHAR(1))",
                "INSERT INTO post.emp VALUES ('Jane', 10, 'F'), ('Bob', 10, 'M'), ('Eric', 20, 'M'), ('Susan', 30, 'F'),"
                        + " ('Alice', 30, 'F'), ('Adam', 50, 'M'), ('Eve', 50, 'F'), ('Grace', 60, 'F'), ('Wilma', NULL, 'F')",
                "CREATE TABLE post.dept (deptno INTEGER, dname VARCHAR(11))",
                "INSERT INTO post.dept VALUES (10, 'Sales'), (20, 'Marketing'), (30, 'Engineering'), (40, 'Empty')",
                "CREATE TABLE post.emps (empno INTEGER, name VARCHAR(5), deptno INTEGER, gender VARCHAR(1),"
                        + " city VARCHAR(13), empid INTEGER, age INTEGER, slacker BOOLEAN, manager BOOLEAN, joinedat DATE)",
                """
                INSERT INTO post.emps VALUES
                  (100, 'Fred', 10, NULL, NULL, 40, 25, TRUE, FALSE, DATE '1996-08-03'),
                  (110, 'Eric', 20, 'M', 'San Francisco', 3, 80, NULL, FALSE, DATE '2001-01-01'),
                  (110, 'John', 40, 'M', 'Vancouver', 2, NULL, FALSE, TRUE, DATE '2002-05-03'),
                  (120, 'Wilma', 20, 'F', NULL, 1, 5, NULL, TRUE, DATE '2005-09-07'),
                  (130, 'Alice', 40, 'F', 'Vancouver', 2, NULL, FALSE, TRUE, DATE '2007-01-01')""");
    }

    private static void hr(Connection connection) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE hr.emps (empid INTEGER NOT NULL, deptno INTEGER NOT NULL, name VARCHAR, salary REAL NOT NULL,"
                        + " commission INTEGER)",
                "INSERT INTO hr.emps VALUES (100, 10, 'Bill', 10000, 1000), (200, 20, 'Eric', 8000, 500),"
                        + " (150, 10, 'Sebastian', 7000, NULL), (110, 10, 'Theodore', 11500, 250)",
                "CREATE TABLE hr.depts (deptno INTEGER NOT NULL, name VARCHAR)",
                "INSERT INTO hr.depts VALUES (10, 'Sales'), (30, 'Marketing'), (40, 'HR')");
    }

    /// Drops what is in a schema.
    static void empty(Connection connection, String schema) throws SQLException {
        var drops = new ArrayList<String>();
        try (ResultSet tables = connection.getMetaData().getTables(null, schema, "%", null)) {
            while (tables.next()) {
                boolean view = tables.getString("TABLE_TYPE").equals("VIEW");
                String drop =
                        "DROP %s %s.\"%s\"".formatted(view ? "VIEW" : "TABLE", schema, tables.getString("TABLE_NAME"));
                drops.add(view ? 0 : drops.size(), drop);
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String drop : drops) {
                statement.execute(drop);
            }
        }
    }
}
