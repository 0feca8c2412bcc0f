package dev.mizan.usagelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.Line;
import dev.mizan.money.ExchangeRates;
import dev.mizan.report.LineBuilder;
import dev.mizan.report.ListLedger;
import dev.mizan.report.ManualClock;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcLedgerReader;
import dev.mizan.store.JdbcUsageOutbox;
import dev.mizan.store.LedgerWriter;
import dev.mizan.usagelog.UsageLogSettings.Format;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageLogTest {
    private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-02-05T01:50:00Z");
    private final ListLedger ledger = new ListLedger();
    private final MemoryOutbox outbox = new MemoryOutbox();

    /** Fails where a test says: as a process that dies there. */
    private static final class MemoryOutbox implements Outbox {
        private final TreeSet<String> waiting = new TreeSet<>();
        private boolean diesBefore;
        private boolean diesAfter;

        @Override
        public List<String> next(String log, int limit) {
            return waiting.stream().limit(limit).toList();
        }

        @Override
        public boolean isWaiting(String log, String id) {
            return waiting.contains(id);
        }

        @Override
        public void written(String log, List<String> ids) {
            if (diesBefore) {
                throw new IllegalStateException("killed before");
            }
            waiting.removeAll(ids);
            if (diesAfter) {
                throw new IllegalStateException("killed after");
            }
        }
    }

    private UsageLog log(Format format) {
        return new UsageLog(
                new UsageLogSettings(folder, format),
                outbox,
                ledger,
                () -> ISTANBUL,
                () -> ExchangeRates.fixed(Map.of("TRY", new BigDecimal("38"))),
                clock);
    }

    private Line book(LineBuilder builder) {
        Line line = builder.build();
        ledger.add(line);
        outbox.waiting.add(line.id());
        return line;
    }

    private static LineBuilder document(String time, String type, long in, long out, String cost) {
        return LineBuilder.at(time)
                .licence("DMZ-xyz", "PREMIUM")
                .document(type)
                .usage(in, out)
                .cost(cost);
    }

    private static String end(Line line) {
        return line.id().substring(line.id().length() - 8).toLowerCase(Locale.ROOT);
    }

    @Test
    void linesAreTheDocumentsToTheByte() throws IOException {
        // At 0.075 and 0.30 USD a million: 0.00057 exactly; 0.000501 is cut; 0.000645 is half and goes to the even.
        Line a = book(document("2026-02-05T01:40:00Z", "banka-dekontu", 4_200, 850, "0.00057"));
        Line b = book(document("2026-02-05T01:41:00.999Z", "fatura", 3_800, 720, "0.000501"));
        Line c = book(document("2026-02-05T01:42:00Z", "beyanname", 5_100, 900, "0.000645"));

        log(Format.COMPACT).write();

        assertThat(Files.readString(folder.resolve("2026-02/DMZ-xyz.jsonl")))
                .isEqualTo(
                        "{\"id\":\"log_1770255600_" + end(a) + "\",\"ts\":\"2026-02-05T01:40:00Z\",\"op\":\"analyze\","
                                + "\"in\":4200,\"out\":850,\"cost\":0.00057,\"doc\":\"banka-dekontu\",\"ok\":true}\n"
                                + "{\"id\":\"log_1770255660_" + end(b)
                                + "\",\"ts\":\"2026-02-05T01:41:00Z\",\"op\":\"analyze\","
                                + "\"in\":3800,\"out\":720,\"cost\":0.00050,\"doc\":\"fatura\",\"ok\":true}\n"
                                + "{\"id\":\"log_1770255720_" + end(c)
                                + "\",\"ts\":\"2026-02-05T01:42:00Z\",\"op\":\"analyze\","
                                + "\"in\":5100,\"out\":900,\"cost\":0.00064,\"doc\":\"beyanname\",\"ok\":true}\n");
    }

    @Test
    void theFullFormatIsTheDocumentsOtherRecord() throws IOException {
        Line line = book(document("2026-02-05T01:40:00Z", "banka-dekontu", 4_200, 850, "0.00057"));

        log(Format.FULL).write();

        assertThat(Files.readString(folder.resolve("2026-02/DMZ-xyz.jsonl")))
                .isEqualTo("{\"id\":\"log_1770255600_" + end(line) + "\",\"license_id\":\"DMZ-xyz\","
                        + "\"timestamp\":\"2026-02-05T01:40:00Z\",\"operation\":\"document_analysis\","
                        + "\"tokens\":{\"input\":4200,\"output\":850,\"total\":5050},\"cost_usd\":0.00057,"
                        + "\"document_type\":\"banka-dekontu\",\"success\":true}\n");
    }

    @Test
    void monthsAreOfTheTimeZoneAndFilesOfTheHolder() throws IOException {
        book(document("2026-01-31T20:59:59Z", "fatura", 1, 1, "0"));
        book(document("2026-01-31T21:00:00Z", "fatura", 1, 1, "0"));
        book(LineBuilder.at("2026-02-01T00:00:00Z").user("../ayşe").failed("upstream_error", 502));
        book(LineBuilder.at("2026-02-01T00:00:00Z").user("").key("key_1"));

        log(Format.COMPACT).write();

        assertThat(Files.readAllLines(folder.resolve("2026-01/DMZ-xyz.jsonl"))).hasSize(1);
        assertThat(Files.readAllLines(folder.resolve("2026-02/DMZ-xyz.jsonl"))).hasSize(1);
        assertThat(Files.readString(folder.resolve("2026-02/%2E.%2Fay%C5%9Fe.jsonl")))
                .contains("\"op\":\"chat\"", "\"cost\":0.00000,\"doc\":\"\",\"ok\":false}");
        assertThat(Files.exists(folder.resolve("2026-02/key_1.jsonl"))).isTrue();
    }

    @Test
    void noTwoNamesShareAFileAndNoneLeavesTheFolder() {
        List<String> names = List.of(
                "a",
                "A",
                "a/b",
                "a_b",
                "a%2Fb",
                "..",
                ".",
                "%2E",
                "a b",
                "a+b",
                "a*b",
                "\0",
                "x".repeat(300),
                "x".repeat(301),
                "ş".repeat(100),
                "-",
                "~");
        HashSet<String> files = new HashSet<>();
        for (String name : names) {
            String file = new Holder(name).fileName();
            assertThat(file).matches("[A-Za-z0-9_%~-][A-Za-z0-9._%~-]*").hasSizeLessThan(200);
            files.add(file);
        }

        assertThat(files).hasSize(names.size());
    }

    @Test
    void aLineIsWrittenOnceWhereverTheWriterIsKilled() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3 * UsageLog.BATCH_LINES / 2; i++) {
            expected.add(end(book(document("2026-02-05T01:40:00Z", "fatura", i, 1, "0.001"))));
        }
        // Killed with a batch appended, and not yet accounted for.
        outbox.diesBefore = true;
        kill();
        // What a kill within the append leaves: half a line more than was there.
        Files.writeString(folder.resolve("2026-02/DMZ-xyz.jsonl"), "{\"id\":\"lo", StandardOpenOption.APPEND);
        kill();
        // Killed with the batch accounted for, and the note of it still there.
        outbox.diesBefore = false;
        outbox.diesAfter = true;
        kill();
        kill();
        outbox.diesAfter = false;
        UsageLog last = log(Format.COMPACT);
        last.write();
        last.write();

        assertThat(Files.readAllLines(folder.resolve("2026-02/DMZ-xyz.jsonl")))
                .extracting(line -> line.substring(22, 30))
                .containsExactlyElementsOf(expected);
    }

    private void kill() {
        UsageLog log = log(Format.COMPACT);
        assertThatThrownBy(log::write).hasMessageStartingWith("killed");
        log.kill();
    }

    @Test
    void oneOfTwoProcessesWrites() throws IOException {
        UsageLog first = log(Format.COMPACT);
        first.write();
        book(document("2026-02-05T01:40:00Z", "fatura", 1, 1, "0"));

        log(Format.COMPACT).write();
        assertThat(outbox.waiting).hasSize(1);
        first.kill();
        log(Format.COMPACT).write();
        assertThat(outbox.waiting).isEmpty();
    }

    @Test
    void theSummaryIsTheDocumentsWithOurArithmetic() throws IOException {
        book(document("2026-02-01T10:00:00Z", "fatura", 1_000_000, 100_000, "0.105"));
        book(document("2026-02-02T10:00:00Z", "banka-dekontu", 2_000_000, 500_000, "0.3"));
        book(document("2026-02-02T20:59:59Z", "fatura", 9_120_000, 780_000, "0.918"));
        book(LineBuilder.at("2026-02-02T21:00:00Z")
                .licence("DMZ-xyz", "PREMIUM")
                .usage(10, 5)
                .cost("0.000000001"));
        UsageLog log = log(Format.COMPACT);

        log.write();
        assertThat(Files.exists(folder.resolve("2026-02/DMZ-xyz_summary.json"))).isFalse();
        clock.advance(UsageLog.SUMMARY_INTERVAL);
        log.write();

        // 1.323000001 USD × 38 = 50.274000038 TRY.
        assertThat(Files.readString(folder.resolve("2026-02/DMZ-xyz_summary.json"))
                        .replaceAll("\\s+", ""))
                .isEqualTo("{\"license_id\":\"DMZ-xyz\",\"period\":\"2026-02\",\"totals\":{\"requests\":4,"
                        + "\"input_tokens\":12120010,\"output_tokens\":1380005,\"total_tokens\":13500015,"
                        + "\"cost_usd\":1.323000001,\"cost_try\":50.27},"
                        + "\"by_day\":{\"2026-02-01\":{\"requests\":1,\"tokens\":1100000},"
                        + "\"2026-02-02\":{\"requests\":2,\"tokens\":12400000},"
                        + "\"2026-02-03\":{\"requests\":1,\"tokens\":15}},"
                        + "\"by_type\":{\"banka-dekontu\":{\"count\":1,\"tokens\":2500000},"
                        + "\"fatura\":{\"count\":2,\"tokens\":11000000}}}");
    }

    @Test
    void atItsEndAllThatIsBookedIsInTheLogAndInTheSummary() throws IOException {
        try (Database database = Database.open(folder.resolve("data"), "", Database.Access.SERVE);
                Journal journal = Journal.open(folder.resolve("data/journal"), JournalSettings.DEFAULT, clock)) {
            database.setUsageLog(UsageLog.name(folder.resolve("usage")));
            try (UsageLog log = new UsageLog(
                                    new UsageLogSettings(folder.resolve("usage"), Format.COMPACT),
                                    new JdbcUsageOutbox(database),
                                    new JdbcLedgerReader(database),
                                    () -> ISTANBUL,
                                    () -> ExchangeRates.NONE,
                                    clock)
                            .start();
                    LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
                Line call = document("2026-02-05T01:40:00Z", "fatura", 10, 5, "0.001")
                        .build();
                journal.append(call);
                journal.append(LineBuilder.at("2026-02-05T01:40:00Z")
                        .attemptOf(call.requestId())
                        .build());
                assertThat(writer.drain(Duration.ofSeconds(20))).isTrue();
                assertThat(log).isNotNull();
            }
        }

        assertThat(Files.readAllLines(folder.resolve("usage/2026-02/DMZ-xyz.jsonl")))
                .hasSize(1);
        assertThat(Files.readString(folder.resolve("usage/2026-02/DMZ-xyz_summary.json")))
                .contains("\"cost_try\" : null");
    }
}
