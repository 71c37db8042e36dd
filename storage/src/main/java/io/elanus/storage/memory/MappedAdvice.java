package io.elanus.storage.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Tells the system in which order a mapped file will be read. A page that is not in memory is read together with
/// its neighbours, 128 KB as a rule: right for a scan, thirty times too much for a walk that wants one page of
/// each. Advice only: where the system takes none, nothing happens.
public final class MappedAdvice {
    private static final int RANDOM = 1;
    private static final int SEQUENTIAL = 2;
    private static final @Nullable MethodHandle ADVISE = advise();

    private MappedAdvice() {}

    /// Single pages here and there.
    public static void random(MemorySegment mapped) {
        give(mapped, RANDOM);
    }

    /// From the first byte to the last.
    public static void sequential(MemorySegment mapped) {
        give(mapped, SEQUENTIAL);
    }

    private static void give(MemorySegment mapped, int advice) {
        if (ADVISE == null || !mapped.isMapped() || mapped.byteSize() == 0) {
            return;
        }
        try {
            int _ = (int) ADVISE.invokeExact(mapped, mapped.byteSize(), advice);
        } catch (Throwable e) { // a handle declares the widest; the call itself throws nothing
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted") // native access is given to the whole program
    private static @Nullable MethodHandle advise() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("madvise")
                .map(function -> linker.downcallHandle(
                        function,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT)))
                .orElse(null);
    }
}
