/// Statements that change rows: INSERT, UPSERT, UPDATE, DELETE.
///
/// Values become rows of constants ([TableRows]) that keep every promise of the table (types, NOT NULL, lengths,
/// finite vectors, constraints: [CheckedRows]) before anything is written. INSERT, UPDATE and DELETE go through a
/// locked change ([io.elanus.cluster.proxy.TableAccess#change]), so that no other change of the same keys falls
/// between reading and writing; UPSERT and rows with fresh generated keys are appended without looking, but for an
/// UPSERT under row policies, which want to see what it replaces.
///
/// Thread rule: one statement, one thread; the decision of a change runs on a worker while that thread waits.
@NullMarked
package io.elanus.sql.dml;

import org.jspecify.annotations.NullMarked;
