package io.elanus.sql.fuzz.doors;

import java.util.concurrent.atomic.AtomicBoolean;

/// A class that nothing uses but inputs that name it.
public final class Trap {
    static final String NAME = "io.elanus.sql.fuzz.doors.Trap$Door";

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private Trap() {}

    /// Has something made a class of the name?
    static boolean isSprung() {
        return LOADED.get();
    }

    /// Tells when it is initialised.
    public static final class Door {
        static {
            LOADED.set(true);
        }

        public Door() {}
    }
}
