package io.elanus.sql.session;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;

/// Decides which statements run now: in the order in which they came, except that a user who has enough of them
/// running does not hold up the others. Gives each the memory of its user. Any thread.
///
/// A session that has a statement running is let through with the next one: whoever holds a place never waits for
/// another, so nobody waits for ever.
final class Governor implements AutoCloseable {
    private final GovernorConfig config;
    private final BufferAllocator memory;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> line = new ArrayDeque<>();
    private final Map<String, User> users = new HashMap<>();
    private final Map<String, Integer> placesOfSession = new HashMap<>();
    private int running;

    /// A user with statements that run.
    private static final class User {
        private final BufferAllocator memory;
        private int running;

        User(BufferAllocator memory) {
            this.memory = memory;
        }
    }

    private static final class Waiter {
        private final String user;
        private final Condition called;
        private boolean admitted;

        Waiter(String user, Condition called) {
            this.user = user;
            this.called = called;
        }
    }

    /// @param memory parent of the users'; borrowed
    Governor(GovernorConfig config, BufferAllocator memory) {
        this.config = config;
        this.memory = memory;
    }

    /// The place of a statement. Closing it lets another one run; the statement's memory is closed before.
    final class Place implements AutoCloseable {
        private final String user;
        private final String session;
        private boolean closed;

        private Place(String user, String session) {
            this.user = user;
            this.session = session;
        }

        /// Parent of the statement's memory.
        BufferAllocator memory() {
            lock.lock();
            try {
                return userOf(user).memory;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    leave(user, session);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Waits until the statement may run.
    Place enter(String user, String session) {
        lock.lock();
        try {
            if (placesOfSession.containsKey(session) || (line.isEmpty() && hasRoom(user))) {
                count(user);
            } else {
                await(user);
            }
            placesOfSession.merge(session, 1, Integer::sum);
            return new Place(user, session);
        } finally {
            lock.unlock();
        }
    }

    /// Would [#enter] not wait, even if some others came before?
    boolean hasAmpleRoom(String user, String session) {
        lock.lock();
        try {
            User known = users.get(user);
            return placesOfSession.containsKey(session)
                    || line.isEmpty()
                            && running < config.statements() / 2
                            && (known == null || known.running < config.statementsOfUser() / 2);
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(String user) {
        User known = users.get(user);
        return running < config.statements() && (known == null || known.running < config.statementsOfUser());
    }

    private User userOf(String user) {
        return users.computeIfAbsent(
                user,
                _ -> new User(memory.newChildAllocator(
                        "user-" + user, 0, config.memoryOfUser().bytes())));
    }

    private void count(String user) {
        running++;
        userOf(user).running++;
    }

    private void await(String user) {
        if (line.size() >= config.waiting()) {
            throw refused("and [%d] wait".formatted(line.size()));
        }
        var waiter = new Waiter(user, lock.newCondition());
        line.add(waiter);
        admitWaiting();
        Duration limit = config.longestWait();
        long nanos = limit.toNanos();
        try {
            while (!waiter.admitted && nanos > 0) {
                nanos = waiter.called.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            if (waiter.admitted) {
                release(user);
            }
            line.remove(waiter);
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled while it waited to run.");
        }
        if (!waiter.admitted) {
            line.remove(waiter);
            throw refused("and this one has waited for [%d ms]".formatted(limit.toMillis()));
        }
    }

    private QueryException refused(String more) {
        return new QueryException(
                ErrorCode.TOO_MANY_STATEMENTS,
                "The server runs [%d] statements, %s.".formatted(running, more),
                "Try again later, or raise security.limits.");
    }

    private void leave(String user, String session) {
        placesOfSession.computeIfPresent(session, (_, places) -> places == 1 ? null : places - 1);
        release(user);
    }

    private void release(String user) {
        running--;
        User left = userOf(user);
        if (--left.running == 0) {
            users.remove(user);
            left.memory.close();
        }
        admitWaiting();
    }

    private void admitWaiting() {
        for (Iterator<Waiter> waiters = line.iterator(); waiters.hasNext() && running < config.statements(); ) {
            Waiter waiter = waiters.next();
            if (hasRoom(waiter.user)) {
                waiters.remove();
                count(waiter.user);
                waiter.admitted = true;
                waiter.called.signal();
            }
        }
    }

    /// How many statements wait.
    int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    /// Every place must have been left.
    @Override
    public void close() {
        lock.lock();
        try {
            users.values().forEach(user -> user.memory.close());
            users.clear();
        } finally {
            lock.unlock();
        }
    }
}
