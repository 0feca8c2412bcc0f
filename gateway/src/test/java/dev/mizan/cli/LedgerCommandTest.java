package dev.mizan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Call;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Release;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.store.Database;
import dev.mizan.store.LedgerWriter;
import dev.mizan.usage.Usage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LedgerCommandTest {
    private static final String FIRST = "01K9000000000000000000000A";
    private static final String SECOND = "01K9000001000000000000000B";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Two calls whose process died, and one that cost nothing. */
    @BeforeEach
    void fill() throws Exception {
        Files.writeString(folder.resolve("mizan.yaml"), "storage: {data: " + folder.resolve("data") + "}\n");
        Path journals = folder.resolve("data/journal");
        try (Journal journal = Journal.open(journals, JournalSettings.DEFAULT, Clock.systemUTC())) {
            journal.append(intent(FIRST, "=2+2", 1_788_000_000_000L));
            journal.append(intent(SECOND, "plain", 1_788_100_000_000L));
            journal.append(intent("01K9000002000000000000000C", "released", 1_788_100_000_001L));
            journal.append(new Release("01K9000002000000000000000X", 1));
        }
        try (Database database = Database.open(folder.resolve("data"), "", Database.Access.SERVE);
                Journal journal = Journal.open(journals, JournalSettings.DEFAULT, Clock.systemUTC());
                LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            assertThat(writer.drain(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void exportWritesEveryLineInEachFormat() {
        assertThat(run("ledger", "export")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(json(lines.getFirst()).path("id").asString()).isEqualTo(FIRST);
        assertThat(json(lines.getFirst()).path("provider_cost_usd").asString()).isEqualTo("0.0025");

        clear();
        assertThat(run("ledger", "export", "--format", "json")).isZero();
        assertThat(json(out.toString()).path("data").size()).isEqualTo(2);

        clear();
        assertThat(run("ledger", "export", "--format", "csv", "--bom", "--from", "2026-08-01"))
                .isZero();
        assertThat(out.toString()).startsWith("\uFEFFid,").contains(FIRST).contains("'=2+2");
    }

    @Test
    void exportKeepsToTheTimesGiven() {
        assertThat(run("ledger", "export", "--from", "2026-08-30T00:00:00Z", "--to", "2026-08-31T00:00:00Z"))
                .isZero();
        assertThat(out.toString()).contains(SECOND).doesNotContain(FIRST);

        assertThat(run("ledger", "export", "--from", "yesterday")).isEqualTo(1);
        assertThat(err.toString()).contains("--from: 'yesterday' (expected: 2026-11-30 or");
        assertThat(run("ledger", "export", "--format", "xml")).isEqualTo(1);
        assertThat(err.toString()).contains("format: 'xml'");
    }

    @Test
    void aSoundLedgerVerifiesAndRebuildsWithoutADifference() {
        assertThat(run("ledger", "verify")).isZero();
        assertThat(out.toString()).contains("sound: 2 lines");
        clear();
        assertThat(run("ledger", "rebuild", "--json")).isZero();
        assertThat(json(out.toString()).path("rollup_problems").asInt()).isZero();
    }

    @Test
    void whatIsWrongIsFoundAndWrongRollupsAreReplaced() {
        change("UPDATE rollup SET provider_cost = provider_cost + 7 WHERE slot < 1788050000000");
        change("DELETE FROM rollup WHERE slot > 1788050000000");
        change(
                "INSERT INTO rollup SELECT slot + 900000, dimension, 'ghost', calls, attempts, failed, provider_cost,"
                        + " charged_cost, saved, duration_micros, first_token_micros, first_tokens, input, cache_read,"
                        + " cache_write_5m, cache_write_1h, input_audio, cache_audio_read, input_image, input_video, output,"
                        + " reasoning, output_audio, output_image, requests, cache_image_read, cache_video_read, tool_calls FROM rollup");

        assertThat(run("ledger", "verify")).isEqualTo(1);
        assertThat(out.toString())
                .contains("provider_cost is 2500007 (expected: 2500000)")
                .contains("calls is 0 (expected: 1)")
                .contains("calls is 1 (expected: 0)")
                .contains("not sound: 0 problems in 2 lines, 3 wrong sums");
        assertThat(run("ledger", "rebuild")).isEqualTo(1);
        clear();
        assertThat(run("ledger", "rebuild", "--apply")).isZero();
        assertThat(out.toString()).contains("3 wrong sums: replaced");
        clear();
        assertThat(run("ledger", "verify")).isZero();
    }

    @Test
    void aLineThatDoesNotAddUpIsFound() {
        change("UPDATE ledger_line SET provider_cost = provider_cost + 1 WHERE id = '" + FIRST + "'");

        assertThat(run("ledger", "verify")).isEqualTo(1);
        assertThat(out.toString()).contains("line " + FIRST + " costs $0.002500001, its components $0.0025");
    }

    @Test
    void aLineThatCantBeReadIsFound() {
        change("UPDATE ledger_line SET units = '{\"elephants\":1}' WHERE id = '" + FIRST + "'");

        assertThat(run("ledger", "verify", "--json")).isEqualTo(1);
        assertThat(json(out.toString()).path("problems").get(0).asString())
                .contains("line " + FIRST + " can't be read: unit 'elephants'");
    }

    @Test
    void unresolvedLinesAreListedAndResolvedOnce() {
        assertThat(run("ledger", "unresolved")).isZero();
        assertThat(out.toString()).contains(FIRST).contains(SECOND).contains("2 unresolved");

        clear();
        assertThat(run("ledger", "unresolved", "resolve", FIRST, "--cost", "0.0011", "--input", "10", "--output", "5"))
                .isZero();
        assertThat(out.toString()).contains("corrected by ");
        assertThat(run("ledger", "unresolved", "resolve", FIRST, "--cost", "0.0012"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("line " + FIRST + " has a correction already");
        assertThat(run("ledger", "unresolved", "resolve", "01K9ZZZZZZZZZZZZZZZZZZZZZZ", "--cost", "1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no line 01K9ZZZZZZZZZZZZZZZZZZZZZZ");

        clear();
        assertThat(run("ledger", "unresolved", "list", "--json")).isZero();
        assertThat(out.toString()).contains(SECOND).doesNotContain(FIRST);
        clear();
        assertThat(run("ledger", "verify")).as(out.toString()).isZero();
        assertThat(out.toString()).contains("sound: 3 lines");
    }

    @Test
    void commandsThatChangeRefuseWhileAGatewayRuns() {
        try (Database running = Database.open(folder.resolve("data"), "", Database.Access.SERVE)) {
            assertThat(running.kind()).isEqualTo(Database.Kind.SQLITE);
            assertThat(run("ledger", "rebuild", "--apply")).isEqualTo(1);
            assertThat(err.toString()).contains("is in use by process");
            assertThat(run("ledger", "unresolved", "resolve", FIRST, "--cost", "1"))
                    .isEqualTo(1);
            assertThat(run("ledger", "verify")).isZero();
        }
    }

    private int run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--config";
        all[arguments.length + 1] = folder.resolve("mizan.yaml").toString();
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    private void clear() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
    }

    private void change(String sql) {
        try (Database database = Database.open(folder.resolve("data"), "", Database.Access.CHANGE)) {
            database.<Integer>write(handle -> handle.execute(sql));
        }
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static Intent intent(String requestId, String endUser, long millis) {
        return new Intent(
                requestId.substring(0, 25) + "X",
                requestId,
                "",
                millis,
                millis,
                new Principal("acme", "", "user-1", "key_1", endUser, "", ""),
                new Call(
                        "/v1/chat/completions",
                        "chat",
                        "",
                        "",
                        "",
                        List.of(),
                        "gpt-4o-mini",
                        "autox",
                        "openai-chat",
                        false),
                new Target("openai", "autox/openai", "gpt-4o-mini"),
                Usage.of(100, 200),
                NanoUsd.ofNanos(2_500_000),
                NanoUsd.ofNanos(2_500_000),
                List.of());
    }
}
