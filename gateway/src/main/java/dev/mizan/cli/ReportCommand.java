package dev.mizan.cli;

import dev.mizan.Configuration;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.DailyReport;
import dev.mizan.report.LedgerReader;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcLedgerReader;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan report}: reports in the terminal. Reads the ledger beside a running gateway. */
@Command(
        name = "report",
        description = "Reports in the terminal.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ReportCommand.Daily.class})
final class ReportCommand {
    /** {@code mizan report daily}. */
    @Command(
            name = "daily",
            description = "The overview of the last 30 days, and the most active users.",
            mixinStandardHelpOptions = true)
    static final class Daily implements Callable<Integer> {
        private static final int DOLLAR_PLACES = 2;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final CommonOptions options = new CommonOptions();

        @Option(names = "--date", paramLabel = "YYYY-MM-DD", description = "The last day (default: today).")
        private @Nullable LocalDate date;

        @Option(names = "--top", paramLabel = "N", description = "Users to name (default: ${DEFAULT-VALUE}).")
        private int top = 10;

        @Option(names = "--language", paramLabel = "TAG", description = "en, tr or ar (default: the configuration's).")
        private @Nullable String language;

        @Option(names = "--json", description = "Print the report as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            Configuration configuration = options.configuration();
            LocalDate last = date == null ? LocalDate.now(Clock.system(configuration.timeZone())) : date;
            try (Database database = Database.open(
                    configuration.storage().folder(), configuration.storage().databaseUrl(), Database.Access.READ)) {
                LedgerReader reader = new JdbcLedgerReader(database);
                DailyReport report = DailyReport.read(reader, last, configuration.timeZone(), Math.max(0, top));
                PrintWriter out = spec.commandLine().getOut();
                if (json) {
                    out.println(json(report));
                } else {
                    print(out, report, spoken(configuration));
                }
            }
            return ExitCode.OK;
        }

        private Language spoken(Configuration configuration) {
            return language == null
                    ? configuration.language()
                    : Language.of(language)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "--language: '" + language + "' (expected: en, tr, ar)"));
        }

        private static void print(PrintWriter out, DailyReport report, Language language) {
            Texts texts = new Texts();
            NumberFormat whole = NumberFormat.getIntegerInstance(Locale.forLanguageTag("en"));
            out.println(texts.text(
                    language,
                    "report.daily.title",
                    Map.of(
                            "days",
                            Integer.toString(DailyReport.DAYS),
                            "date",
                            report.date().toString())));
            String[][] rows = {
                {"users", whole.format(report.users())},
                {"requests", whole.format(report.total().calls())},
                {"tokens", whole.format(report.total().totalTokens())},
                {"cost", dollars(report.total().charged())},
                {"latency", seconds(report.total().meanLatencyMillis())},
                {"success", report.successPercent().toPlainString() + " %"},
                {"cost_per_user", dollars(report.costPerUser())},
                {"requests_per_user", whole.format(report.callsPerUser())}
            };
            for (int i = 0; i < rows.length; i++) {
                String branch = i == rows.length - 1 ? "└─ " : "├─ ";
                out.println(branch + texts.text(language, "report.daily." + rows[i][0]) + ": " + rows[i][1]);
            }
            if (report.top().isEmpty()) {
                return;
            }
            out.println();
            out.println(texts.text(language, "report.daily.top"));
            int place = 1;
            for (DailyReport.User user : report.top()) {
                out.println(place++ + ". "
                        + texts.text(
                                language,
                                "report.daily.user",
                                Map.of(
                                        "user",
                                        user.name() + " (" + user.tenant() + ")",
                                        "requests",
                                        whole.format(user.sums().calls()),
                                        "cost",
                                        dollars(user.sums().charged()))));
            }
        }

        private static ObjectNode json(DailyReport report) {
            ObjectNode node = JsonMapper.shared().createObjectNode();
            node.put("date", report.date().toString()).put("days", DailyReport.DAYS);
            node.put("users", report.users())
                    .put("requests", report.total().calls())
                    .put("failed", report.total().failed())
                    .put("tokens", report.total().totalTokens())
                    .put("cost_usd", report.total().charged().toDecimal())
                    .put("provider_cost_usd", report.total().providerCost().toDecimal())
                    .put("mean_latency_ms", report.total().meanLatencyMillis())
                    .put("success_percent", report.successPercent())
                    .put("cost_per_user_usd", report.costPerUser().toDecimal())
                    .put("requests_per_user", report.callsPerUser());
            ArrayNode users = node.putArray("most_active");
            for (DailyReport.User user : report.top()) {
                users.addObject()
                        .put("tenant", user.tenant())
                        .put("user", user.name())
                        .put("requests", user.sums().calls())
                        .put("tokens", user.sums().totalTokens())
                        .put("cost_usd", user.sums().charged().toDecimal());
            }
            return node;
        }

        private static String dollars(NanoUsd amount) {
            return "$"
                    + amount.usd()
                            .setScale(DOLLAR_PLACES, RoundingMode.HALF_EVEN)
                            .toPlainString();
        }

        private static String seconds(BigDecimal millis) {
            return millis.movePointLeft(3).setScale(3, RoundingMode.HALF_EVEN).toPlainString() + " s";
        }
    }
}
