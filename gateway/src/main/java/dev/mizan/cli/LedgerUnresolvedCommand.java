package dev.mizan.cli;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;
import dev.mizan.store.Database;
import dev.mizan.store.UnresolvedLines;
import dev.mizan.store.UnresolvedLines.Resolution;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan ledger unresolved}: the lines whose outcome nobody knew. */
@Command(
        name = "unresolved",
        description = "List lines whose outcome is unknown; say what it was.",
        mixinStandardHelpOptions = true,
        subcommands = {LedgerUnresolvedCommand.ListThem.class, LedgerUnresolvedCommand.Resolve.class})
final class LedgerUnresolvedCommand implements Callable<Integer> {
    @Mixin
    private final LedgerCommand.Books books = new LedgerCommand.Books();

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Override
    public Integer call() {
        return list(books, json);
    }

    /** {@code mizan ledger unresolved list}. */
    @Command(name = "list", description = "List lines whose outcome is unknown.", mixinStandardHelpOptions = true)
    static final class ListThem implements Callable<Integer> {
        @Mixin
        private final LedgerCommand.Books books = new LedgerCommand.Books();

        @Option(names = "--json", description = "One JSON object per line.")
        private boolean json;

        @Override
        public Integer call() {
            return list(books, json);
        }
    }

    /** {@code mizan ledger unresolved resolve}. */
    @Command(
            name = "resolve",
            description = "Book a correction that takes the place of an unresolved line; once. No gateway may run.",
            mixinStandardHelpOptions = true)
    static final class Resolve implements Callable<Integer> {
        @Mixin
        private final LedgerCommand.Books books = new LedgerCommand.Books();

        @Parameters(paramLabel = "ID", description = "The line's id.")
        private String id = "";

        @Option(names = "--cost", paramLabel = "USD", required = true, description = "What it cost the operator.")
        private BigDecimal cost = BigDecimal.ZERO;

        @Option(names = "--charged", paramLabel = "USD", description = "What it costs the caller (default: the cost).")
        private @Nullable BigDecimal charged;

        @Option(names = "--input", paramLabel = "TOKENS", description = "Input tokens (default: 0).")
        private long inputTokens;

        @Option(names = "--output", paramLabel = "TOKENS", description = "Output tokens (default: 0).")
        private long outputTokens;

        @Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            NanoUsd costs = money("--cost", cost);
            NanoUsd charges = charged == null ? costs : money("--charged", charged);
            Resolution resolution;
            try (Database database = books.open(Database.Access.CHANGE)) {
                resolution = new UnresolvedLines(database, Clock.systemUTC())
                        .resolve(id, Usage.of(inputTokens, outputTokens), costs, charges);
            }
            String refusal =
                    switch (resolution) {
                        case Resolution.Resolved(Line correction) -> {
                            books.out().println(json ? line(correction) : "corrected by " + correction.id());
                            yield "";
                        }
                        case Resolution.Unknown() -> "no line " + id;
                        case Resolution.NotUnresolved(var status) ->
                            "line " + id + " is " + status.label() + " (expected: unresolved)";
                        case Resolution.AlreadyCorrected() -> "line " + id + " has a correction already";
                    };
            if (!refusal.isEmpty()) {
                books.err().println("mizan: " + refusal);
            }
            return refusal.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        }

        private static NanoUsd money(String option, BigDecimal usd) {
            if (usd.signum() < 0) {
                throw new IllegalArgumentException(option + ": " + usd.toPlainString() + " (expected: >= 0)");
            }
            try {
                return NanoUsd.of(usd, RoundingMode.UNNECESSARY);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        option + ": " + usd.toPlainString() + " (expected: at most nine decimals)", e);
            }
        }
    }

    private static int list(LedgerCommand.Books books, boolean json) {
        long[] count = {0};
        try (Database database = books.open(Database.Access.READ)) {
            new UnresolvedLines(database, Clock.systemUTC()).forEach(line -> {
                count[0]++;
                books.out().println(json ? line(line) : text(line));
            });
        }
        if (!json) {
            books.out().println(count[0] + " unresolved");
        }
        return ExitCode.OK;
    }

    private static String text(Line line) {
        return line.id() + "  " + Instant.ofEpochMilli(line.timeMillis()) + "  "
                + line.kind().label() + "  "
                + line.principal().tenant() + "/" + line.principal().keyId() + "  "
                + line.target().provider() + "/" + line.target().upstreamModel() + "  "
                + line.cost().provider();
    }

    private static ObjectNode line(Line line) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("id", line.id());
        node.put("kind", line.kind().label());
        node.put("request_id", line.requestId());
        node.put("time", Instant.ofEpochMilli(line.timeMillis()).toString());
        node.put("tenant", line.principal().tenant());
        node.put("key", line.principal().keyId());
        node.put("provider", line.target().provider());
        node.put("model", line.target().upstreamModel());
        node.put("input_tokens", line.usage().inputTokens());
        node.put("output_tokens", line.usage().outputTokens());
        node.put("provider_cost_usd", line.cost().provider().toDecimal());
        node.put("charged_cost_usd", line.cost().charged().toDecimal());
        node.put("corrects", line.corrects());
        return node;
    }
}
