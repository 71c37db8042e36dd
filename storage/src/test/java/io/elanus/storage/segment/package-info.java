/// Tests of segments: a seeded history against a model, every byte of the files damaged, golden files.
@NullMarked
package io.elanus.storage.segment;

import org.jspecify.annotations.NullMarked;
