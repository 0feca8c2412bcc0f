package dev.mizan.cli;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.Configuration;
import dev.mizan.licence.Licence;
import dev.mizan.licence.LicenceKeys;
import dev.mizan.licence.LicenceSettings;
import dev.mizan.licence.LicenceText;
import dev.mizan.licence.RevocationStore.Revocation;
import dev.mizan.store.Database;
import dev.mizan.store.DatabaseUnavailableException;
import dev.mizan.store.JdbcRevocations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan licence}: issue, show and revoke licence keys. */
@Command(
        name = "licence",
        description = "Issue, show and revoke licence keys.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {LicenceCommand.Issue.class, LicenceCommand.Show.class, LicenceCommand.Revoke.class})
final class LicenceCommand {
    /** A licence key is in no command's history when it comes this way. */
    private static final String STANDARD_INPUT = "-";

    private static final int DAYS_MAX = 36_500;

    private LicenceCommand() {}

    /** {@code mizan licence issue}. */
    @Command(
            name = "issue",
            description = "Issue a licence key; the signing key is made if there is none. A gateway may run.",
            mixinStandardHelpOptions = true)
    static final class Issue implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final CommonOptions options = new CommonOptions();

        @Option(names = "--customer", paramLabel = "NAME", required = true, description = "Who holds it.")
        private String customer = "";

        @Option(
                names = "--package",
                paramLabel = "PLAN",
                required = true,
                description = "Its plan: BASIC, PREMIUM, ENTERPRISE, or one of the configuration's.")
        private String plan = "";

        @ArgGroup(multiplicity = "1")
        private Until until = new Until();

        @Option(
                names = "--tenant",
                paramLabel = "TENANT",
                description = "Whom its calls belong to (default: ${DEFAULT-VALUE}).")
        private String tenant = "default";

        @Option(names = "--id", paramLabel = "ID", description = "Its id (default: the prefix and a ULID).")
        private String id = "";

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        /** How long it is good. */
        static final class Until {
            @Option(names = "--expires", paramLabel = "YYYY-MM-DD", description = "Its last day, in the time zone.")
            private @Nullable LocalDate lastDay;

            @Option(names = "--days", paramLabel = "N", description = "For so many days from now.")
            private int days;
        }

        @Override
        public Integer call() {
            Configuration configuration = options.configuration();
            LicenceSettings settings = configuration.licensing().licences();
            Instant now = Instant.ofEpochSecond(Clock.systemUTC().instant().getEpochSecond());
            Licence licence = new Licence(
                    id.isEmpty() ? settings.prefix() + UlidCreator.getMonotonicUlid() : id,
                    customer,
                    plan,
                    tenant,
                    now.toEpochMilli(),
                    end(configuration, now).toEpochMilli());
            String text = LicenceText.sign(
                    licence, settings.prefix(), keys(configuration).privateKey());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(describe(licence).put("license_key", text));
            } else {
                out.println(text);
                spec.commandLine().getErr().println("mizan: " + describe(licence, "valid"));
            }
            return ExitCode.OK;
        }

        private Instant end(Configuration configuration, Instant now) {
            LocalDate day = until.lastDay;
            if (day != null) {
                return day.plusDays(1).atStartOfDay(configuration.timeZone()).toInstant();
            }
            if (until.days < 1 || until.days > DAYS_MAX) {
                throw new IllegalArgumentException("--days: " + until.days + " (expected: 1 to " + DAYS_MAX + ")");
            }
            return now.plus(Duration.ofDays(until.days));
        }
    }

    /** {@code mizan licence show}. */
    @Command(
            name = "show",
            description = "Say what a licence key is, and whether it is good: exit code 0 if it is, else 1.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final CommonOptions options = new CommonOptions();

        @Parameters(paramLabel = "KEY", description = "The licence key; - reads it from standard input.")
        private String key = "";

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() {
            Configuration configuration = options.configuration();
            Optional<Licence> licence = licence(configuration, given(key));
            PrintWriter out = spec.commandLine().getOut();
            if (licence.isEmpty()) {
                out.println(
                        json
                                ? JsonMapper.shared()
                                        .createObjectNode()
                                        .put("status", "invalid")
                                        .toString()
                                : "invalid: not a licence that this server's key has signed");
                return ExitCode.FAILED;
            }
            String status = status(configuration, licence.get());
            out.println(
                    json ? describe(licence.get()).put("status", status).toString() : describe(licence.get(), status));
            return status.startsWith("valid") ? ExitCode.OK : ExitCode.FAILED;
        }

        private static String status(Configuration configuration, Licence licence) {
            boolean expired = Clock.systemUTC().millis() >= licence.expiresAtMillis();
            try (Database database = Database.open(
                    configuration.storage().folder(), configuration.storage().databaseUrl(), Database.Access.READ)) {
                if (new JdbcRevocations(database).find(licence.id()).isPresent()) {
                    return "revoked";
                }
                return expired ? "expired" : "valid";
            } catch (DatabaseUnavailableException e) {
                // The signature holds without a database; only revocations need one.
                return expired ? "expired" : "valid, revocations not looked at";
            }
        }
    }

    /** {@code mizan licence revoke}. */
    @Command(
            name = "revoke",
            description = "Refuse a licence from now on, for ever. With SQLite no gateway may run; its API can do it.",
            mixinStandardHelpOptions = true)
    static final class Revoke implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final CommonOptions options = new CommonOptions();

        @Parameters(paramLabel = "KEY|ID", description = "The licence key or its id; - reads it from standard input.")
        private String keyOrId = "";

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public Integer call() {
            Configuration configuration = options.configuration();
            String given = given(keyOrId);
            Optional<String> id = LicenceText.isKey(given)
                    ? licence(configuration, given).map(Licence::id)
                    : Optional.of(given).filter(Licence::isId);
            if (id.isEmpty()) {
                spec.commandLine().getErr().println("mizan: no licence of this server (expected: its key or id)");
                return ExitCode.FAILED;
            }
            try (Database database = Database.open(
                    configuration.storage().folder(), configuration.storage().databaseUrl(), Database.Access.CHANGE)) {
                Revocation revocation = new JdbcRevocations(database)
                        .revoke(id.get(), Clock.systemUTC().millis(), "command");
                Instant at = Instant.ofEpochMilli(revocation.atMillis());
                spec.commandLine()
                        .getOut()
                        .println(
                                json
                                        ? JsonMapper.shared()
                                                .createObjectNode()
                                                .put("license_id", id.get())
                                                .put("revoked_at", at.toString())
                                                .toString()
                                        : id.get() + " is revoked since " + at);
            }
            return ExitCode.OK;
        }
    }

    private static LicenceKeys keys(Configuration configuration) {
        return new LicenceKeys(
                configuration.licensing().licences(), configuration.storage().folder());
    }

    private static Optional<Licence> licence(Configuration configuration, String text) {
        return keys(configuration)
                .publicKey()
                .flatMap(key -> LicenceText.verify(
                        text, configuration.licensing().licences().prefix(), key));
    }

    private static String given(String argument) {
        if (!argument.equals(STANDARD_INPUT)) {
            return argument.strip();
        }
        // Not closed: the stream is the process's own.
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            String line = input.readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode describe(Licence licence) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("license_id", licence.id())
                .put("customer", licence.customer())
                .put("package", licence.plan())
                .put("tenant", licence.tenant())
                .put("issued_at", Instant.ofEpochMilli(licence.issuedAtMillis()).toString())
                .put(
                        "expires_at",
                        Instant.ofEpochMilli(licence.expiresAtMillis()).toString());
    }

    private static String describe(Licence licence, String status) {
        return licence.id() + " of " + licence.customer() + ": " + status + ", package " + licence.plan() + ", tenant "
                + licence.tenant() + ", until " + Instant.ofEpochMilli(licence.expiresAtMillis());
    }
}
