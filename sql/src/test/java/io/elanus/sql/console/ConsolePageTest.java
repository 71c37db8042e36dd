package io.elanus.sql.console;

import static io.elanus.sql.console.Browser.ALT;
import static io.elanus.sql.console.Browser.CTRL;
import static io.elanus.sql.console.Browser.DOWN;
import static io.elanus.sql.console.Browser.ENTER;
import static io.elanus.sql.console.Browser.ESCAPE;
import static io.elanus.sql.console.Browser.SHIFT;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The console as people use it, in Chromium. Pictures of it are in `target/console`.
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class ConsolePageTest {
    /// A name that would do harm if it were read as markup.
    private static final String HOSTILE = "<img src=x onerror=window.harmed=1>";

    private static RealServer server;
    private static @Nullable Browser browser;

    @BeforeAll
    static void start(@TempDir Path data, @TempDir Path profile) throws SQLException {
        Assumptions.assumeTrue(
                Files.isExecutable(Browser.DRIVER),
                "The console's page is tested where Chromium is: apt-get install chromium chromium-driver");
        server = RealServer.start(data);
        try (Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR, genre VARCHAR, plot VECTOR(8))",
                    "INSERT INTO film VALUES " + films(),
                    "INSERT INTO film VALUES (1000, NULL, 'none', NULL)",
                    "CREATE TABLE \"" + HOSTILE + "\" (id INTEGER PRIMARY KEY, \"" + HOSTILE + "\" VARCHAR)",
                    "INSERT INTO \"" + HOSTILE + "\" VALUES (1, '" + HOSTILE + "')");
        }
        browser = new Browser(profile);
    }

    /// Sixty films of three genres, whose plots lie near their genre's.
    private static String films() {
        var rows = new StringJoiner(", ");
        for (int i = 0; i < 60; i++) {
            int genre = i % 3;
            var plot = new StringJoiner(",", "[", "]");
            for (int d = 0; d < 8; d++) {
                plot.add(Double.toString((d % 3 == genre ? 1 : 0) + ((i * 37 + d * 11) % 17) / 100.0));
            }
            String name = new String[] {"drama", "comedy", "horror"}[genre];
            rows.add("(%d, 'Film %d', '%s', '%s')".formatted(i, i, name, plot));
        }
        return rows.toString();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    private static Browser page() {
        return java.util.Objects.requireNonNull(browser);
    }

    @BeforeEach
    void openThePage() {
        page().open("about:blank");
        page().open("http://" + server.address() + "/");
        page().await("document.documentElement.dataset.ready === 'yes' && document.querySelector('.schema details')");
    }

    @AfterEach
    void nothingWasRefusedOrFetchedFromElsewhere() {
        assertThat(page().complaints()).isEmpty();
        assertThat(page().value("performance.getEntriesByType('resource').map(e => e.name)"
                        + ".filter(u => !u.startsWith(location.origin) && !u.startsWith('data:'))"))
                .isEmpty();
        assertThat(page().value("window.harmed ?? null").isNull()).isTrue();
    }

    /// Puts a text into the editor as typing does.
    private static void write(String sql) {
        page().click(".editor-text");
        page().press(CTRL, "a");
        page().value("document.execCommand('insertText', false, arguments[0])", sql);
        page().press(ESCAPE);
    }

    private static void run(String sql) {
        write(sql);
        page().press(CTRL, ENTER);
    }

    @Test
    void runsTheStatementAtTheCaret() {
        run("SELECT 1 AS first;\n\nSELECT title, genre, plot FROM film WHERE id IN (1, 1000) ORDER BY id");
        page().await("document.querySelectorAll('.grid-row').length === 2");
        assertThat(page().text(".grid-head")).contains("title", "plot", "VECTOR(8)");
        assertThat(page().text(".grid-body")).contains("Film 1", ", … 8]", "NULL");
        assertThat(page().text(".result-status")).contains("2 rows");
        page().picture("query");
    }

    @Test
    void runsAllAndKeepsOneTabForEach() {
        write("SELECT 1;\nSELECT 2;\nUPSERT INTO film VALUES (2000, 'x', 'none', NULL);");
        page().press(CTRL, SHIFT, ENTER);
        page().await("document.querySelectorAll('.result-tab').length === 3 && document.querySelector('.outcome')");
        assertThat(page().text(".outcome")).contains("1 row changed");
    }

    @Test
    void typesWhatIsCompleted() {
        write("");
        page().type("SELECT ge");
        page().press(ESCAPE);
        page().type(" FROM fil");
        page().await("document.querySelector('.completion li')");
        assertThat(page().text(".completion li")).contains("film");
        page().press(ENTER);
        assertThat(page().value("document.querySelector('.editor-text').value").asText())
                .isEqualTo("SELECT ge FROM film");
        page().value("document.querySelector('.editor-text').setSelectionRange(9, 9)");
        page().press(CTRL, " ");
        page().await("document.querySelector('.editor-text').value.startsWith('SELECT genre FROM')"
                + " || document.querySelector('.completion li')?.innerText.includes('genre')");
    }

    @Test
    void underlinesTheErrorAndSaysWhatToDo() {
        run("SELECT titel FROM film");
        page().await("document.querySelector('.failure')");
        assertThat(page().text(".failure")).contains("42703", "titel", "title");
        assertThat(page().text(".t-error")).isEqualTo("titel");
        page().picture("error");
    }

    @Test
    void opensAVectorAndFindsMoreLikeIt() {
        run("SELECT id, title, plot FROM film WHERE id < 30 ORDER BY id");
        page().await("document.querySelector('.grid-cell')");
        page().click(".grid-row[data-row='0'] .grid-cell[data-column='2']");
        page().await("document.querySelector('.inspector .bars')");
        assertThat(page().text(".inspector")).contains("VECTOR(8)", "dimension", "Film 0");
        page().click(".inspector .primary");
        page().await("document.querySelector('.grid-head')?.innerText.includes('distance')");
        // Of the same genre, which is every third.
        assertThat(page().text(".grid-row[data-row='1']")).contains("drama");
    }

    @Test
    void movesInTheGridByKeys() {
        run("SELECT id, title FROM film ORDER BY id");
        page().await("document.querySelector('.grid-cell')");
        page().press("\uE036");
        page().await("document.activeElement.classList.contains('grid')");
        page().press(DOWN, DOWN);
        assertThat(page().text(".grid-cell.chosen")).isEqualTo("2");
        page().press(ENTER);
        page().await("document.querySelector('.inspector')");
        page().press(ESCAPE);
        page().await("!document.querySelector('.inspector')");
    }

    @Test
    void showsManyRowsWithoutHoldingThemAll() {
        page().value("localStorage.setItem('elanus.limit', '100000')");
        openThePage();
        run("SELECT a.id * 10000 + b.id * 100 + c.id AS n, a.title FROM film a, film b, film c LIMIT 100000");
        page().await("document.querySelector('.result-status')?.innerText.includes('100,000 rows')");
        page().value("(() => { const g = document.querySelector('.grid'); g.scrollTop = g.scrollHeight; })()");
        page().await("document.querySelector('.grid-row[data-row=\"99999\"]')");
        assertThat(page().count(".grid-row")).isLessThan(100);
        page().value("localStorage.removeItem('elanus.limit')");
    }

    @Test
    void endsWhatRuns() {
        run("SELECT count(*) FROM film a, film b, film c, film d, film e WHERE a.id + b.id + c.id + d.id + e.id < 0");
        page().await("document.body.classList.contains('busy')");
        page().await("document.querySelector('.waiting')?.innerText.includes('Running for')");
        page().press(ESCAPE);
        page().await("document.querySelector('.failure')?.innerText.includes('57014')");
        page().await("!document.body.classList.contains('busy')");
    }

    @Test
    void drawsThePlanWithItsFigures() {
        write("SELECT genre, count(*) FROM film GROUP BY genre ORDER BY 2");
        page().press(CTRL, SHIFT, "e");
        page().await("document.querySelector('.plan-node')");
        assertThat(page().text(".plan-tree")).contains("film").containsPattern("\\d+ rows");
        page().picture("plan");
    }

    @Test
    void treatsNamesAndValuesAsText() {
        run("SELECT * FROM \"" + HOSTILE + "\"");
        page().await("document.querySelector('.grid-cell')");
        assertThat(page().text(".grid-body")).contains(HOSTILE);
        page().press(ALT, "2");
        page().await("document.querySelector('section[aria-label=Tables]')?.innerText.includes('onerror')");
    }

    @Test
    void showsTablesActivityAndCluster() {
        page().press(ALT, "2");
        page().await("document.querySelector('section[aria-label=Tables] .card')");
        assertThat(page().text("section[aria-label=Tables]")).contains("film", "4 columns", "rows");
        page().press(ALT, "3");
        page().await("document.querySelector('section[aria-label=Activity] .card')");
        assertThat(page().text("section[aria-label=Activity]")).contains("Running statements");
        page().press(ALT, "4");
        page().await("document.querySelector('section[aria-label=Cluster] .lane')");
        assertThat(page().text("section[aria-label=Cluster]"))
                .contains("querynode-1", "datanode-1", "proxy-1", "film", "Data coordinator");
        page().picture("cluster");
    }

    @Test
    void mapsVectorsAndFindsNeighbours() {
        page().open("http://" + server.address() + "/#map");
        page().await("document.querySelector('.map')?.dataset.done === 'yes'");
        assertThat(page().text(".legend")).contains("drama", "comedy", "horror");
        // A click near the middle of some point.
        page().value("(() => { const c = document.querySelector('.scatter'); const b = c.getBoundingClientRect();"
                + " for (let y = 5; y < b.height; y += 8) for (let x = 5; x < b.width; x += 8) {"
                + " const at = {clientX: b.x + x, clientY: b.y + y, bubbles: true};"
                + " c.dispatchEvent(new PointerEvent('pointermove', at));"
                + " if (!document.querySelector('.tip').hidden) { c.dispatchEvent(new MouseEvent('click', at)); return; }"
                + " } })()");
        page().await("document.querySelectorAll('.map-side li').length === 12");
        assertThat(page().text(".tip")).contains("genre");
        assertThat(page().text(".map-side")).contains("nearest to", "Film");
        page().picture("map");
    }

    @Test
    void remembersStatementsAndTheTheme() {
        run("SELECT 4711");
        page().await("document.querySelector('.grid-cell')");
        page().press(CTRL, "h");
        page().await("document.querySelector('dialog[open] .history')?.innerText.includes('4711')");
        page().press(ESCAPE);
        page().press(ALT, "l");
        String theme = page().value("document.documentElement.dataset.theme").asText();
        openThePage();
        assertThat(page().value("document.documentElement.dataset.theme").asText())
                .isEqualTo(theme)
                .isIn("light", "dark");
        assertThat(page().value("document.querySelector('.editor-text').value").asText())
                .contains("4711");
        page().value("localStorage.removeItem('elanus.theme')");
    }
}
