package io.elanus.cluster.datanode;

import org.apache.arrow.memory.BufferAllocator;

/// The memory of a node and what watches over it.
///
/// @param rows of buffers, off-heap
/// @param gate lets rows in while there is room
/// @param keys what the node may spend on knowing keys
record NodeMemory(BufferAllocator rows, MemoryGate gate, KeyBudget keys) {}
