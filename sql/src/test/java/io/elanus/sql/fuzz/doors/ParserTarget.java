package io.elanus.sql.fuzz.doors;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.StatementParser;
import io.elanus.storage.ErrorCode;
import java.util.random.RandomGenerator;

/// The parser itself: any text is a statement or a QueryException with a place in it.
final class ParserTarget implements Target {
    private final RandomGenerator random;
    private final Mutator mutator;

    ParserTarget(RandomGenerator random) {
        this.random = random;
        this.mutator = new Mutator(random);
    }

    @Override
    public void ask() {
        String valid = Statements.READ.get(random.nextInt(Statements.READ.size()));
        String text = mutator.text(valid, Statements.READ);
        try {
            StatementParser.parse(text);
        } catch (QueryException e) {
            if (e.code() == ErrorCode.INTERNAL || e.position() < 0 || e.position() > text.length() + 1) {
                throw new Finding("%s at %d: [%s]".formatted(e.code(), e.position(), text), e);
            }
        } catch (RuntimeException | Error e) { // whatever it is, a parser must not throw it
            throw new Finding("%s: [%s]".formatted(e, text), e);
        }
    }

    @Override
    public void rest() {}
}
