/// `elanus bench`: measures the vector engine alone, without SQL, on any fvecs files.
///
/// [AnnBench] builds an index, sweeps its search parameter and prints recall, throughput and memory;
/// [GenerateVectors] writes seeded clustered data for it. Both are command-line classes: they print to standard
/// output and belong to the process that runs them.
@NullMarked
package io.elanus.sql.bench;

import org.jspecify.annotations.NullMarked;
