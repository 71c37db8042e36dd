package io.elanus.storage.text;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.bg.BulgarianAnalyzer;
import org.apache.lucene.analysis.ca.CatalanAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fa.PersianAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.id.IndonesianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.th.ThaiAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/// One of Lucene's analyzers by its name. One thread at a time.
public final class TextAnalyzer {
    /// What a column without an index is read with.
    public static final String DEFAULT = "standard";

    private static final String FIELD = "text";
    private static final Map<String, Supplier<Analyzer>> KINDS = kinds();

    private final String name;
    private final Analyzer analyzer;

    private TextAnalyzer(String name, Analyzer analyzer) {
        this.name = name;
        this.analyzer = analyzer;
    }

    private static Map<String, Supplier<Analyzer>> kinds() {
        var kinds = new TreeMap<String, Supplier<Analyzer>>();
        kinds.put(DEFAULT, StandardAnalyzer::new);
        kinds.put("simple", SimpleAnalyzer::new);
        kinds.put("whitespace", WhitespaceAnalyzer::new);
        kinds.put("keyword", KeywordAnalyzer::new);
        kinds.put("trigram", Trigrams::new);
        kinds.put("arabic", ArabicAnalyzer::new);
        kinds.put("bulgarian", BulgarianAnalyzer::new);
        kinds.put("catalan", CatalanAnalyzer::new);
        kinds.put("cjk", CJKAnalyzer::new);
        kinds.put("czech", CzechAnalyzer::new);
        kinds.put("danish", DanishAnalyzer::new);
        kinds.put("dutch", DutchAnalyzer::new);
        kinds.put("english", EnglishAnalyzer::new);
        kinds.put("finnish", FinnishAnalyzer::new);
        kinds.put("french", FrenchAnalyzer::new);
        kinds.put("german", GermanAnalyzer::new);
        kinds.put("greek", GreekAnalyzer::new);
        kinds.put("hindi", HindiAnalyzer::new);
        kinds.put("hungarian", HungarianAnalyzer::new);
        kinds.put("indonesian", IndonesianAnalyzer::new);
        kinds.put("italian", ItalianAnalyzer::new);
        kinds.put("norwegian", NorwegianAnalyzer::new);
        kinds.put("persian", PersianAnalyzer::new);
        kinds.put("portuguese", PortugueseAnalyzer::new);
        kinds.put("romanian", RomanianAnalyzer::new);
        kinds.put("russian", RussianAnalyzer::new);
        kinds.put("spanish", SpanishAnalyzer::new);
        kinds.put("swedish", SwedishAnalyzer::new);
        kinds.put("thai", ThaiAnalyzer::new);
        kinds.put("turkish", TurkishAnalyzer::new);
        return Collections.unmodifiableMap(kinds);
    }

    /// Runs of three characters, for parts of words and for texts without words.
    private static final class Trigrams extends Analyzer {
        private static final int LENGTH = 3;

        @Override
        protected TokenStreamComponents createComponents(String fieldName) {
            var runs = new NGramTokenizer(LENGTH, LENGTH);
            return new TokenStreamComponents(runs, new LowerCaseFilter(runs));
        }

        @Override
        protected TokenStream normalize(String fieldName, TokenStream in) {
            return new LowerCaseFilter(in);
        }
    }

    /// The default first.
    public static List<String> names() {
        var names = new ArrayList<>(KINDS.keySet());
        names.remove(DEFAULT);
        names.addFirst(DEFAULT);
        return names;
    }

    /// A new one of this name.
    public static TextAnalyzer of(String name) {
        Supplier<Analyzer> kind = KINDS.get(name.toLowerCase(Locale.ROOT));
        if (kind == null) {
            throw new StorageException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "There is no analyzer [%s]. There are %s.".formatted(name, String.join(", ", names())));
        }
        return new TextAnalyzer(name.toLowerCase(Locale.ROOT), kind.get());
    }

    public String name() {
        return name;
    }

    /// Puts the terms of a text in the place of those of the text before.
    public void analyze(String text, Tokens tokens) {
        tokens.clear();
        try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
            var term = stream.addAttribute(CharTermAttribute.class);
            var step = stream.addAttribute(PositionIncrementAttribute.class);
            var offsets = stream.addAttribute(OffsetAttribute.class);
            stream.reset();
            int position = -1;
            while (stream.incrementToken()) {
                int increment = step.getPositionIncrement();
                position += increment;
                tokens.add(term.toString(), position, increment == 0, offsets.startOffset(), offsets.endOffset());
            }
            stream.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read without I/O
        }
    }
}
