/// Tests of the consumption of vchannels.
@NullMarked
package io.elanus.cluster.channel;

import org.jspecify.annotations.NullMarked;
