/// `elanus bench`: measures the vector engine alone on any fvecs files, and a server from the outside.
///
/// [AnnBench] builds an index, sweeps its search parameter and prints recall, throughput and memory;
/// [PeersBench] runs other libraries on the same files in turn; [KernelsBench] times the distance kernels;
/// [GenerateVectors] writes seeded clustered data, [WordsBench] real words. [JdbcBench] sweeps searches through JDBC
/// against a server
/// process, and against PostgreSQL with pgvector when its URL is given ([SearchTarget]). All are command-line
/// classes: they print to standard output and belong to the process that runs them.
@NullMarked
package io.elanus.sql.bench;

import org.jspecify.annotations.NullMarked;
