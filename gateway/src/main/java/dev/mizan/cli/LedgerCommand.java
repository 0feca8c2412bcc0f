package dev.mizan.cli;

import dev.mizan.Configuration;
import dev.mizan.store.Database;
import java.io.PrintWriter;
import java.time.ZoneId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mizan ledger}: export, prove and mend the books. */
@Command(
        name = "ledger",
        description = "Export, verify and mend the ledger.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LedgerExportCommand.class,
            LedgerVerifyCommand.class,
            LedgerRebuildCommand.class,
            LedgerUnresolvedCommand.class
        })
public final class LedgerCommand {
    /** What every command about the ledger needs. */
    static final class Books {
        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final CommonOptions options = new CommonOptions();

        PrintWriter out() {
            return spec.commandLine().getOut();
        }

        PrintWriter err() {
            return spec.commandLine().getErr();
        }

        /** The database that the configuration names. */
        Database open(Database.Access access) {
            Configuration configuration = options.configuration();
            return Database.open(
                    configuration.storage().folder(), configuration.storage().databaseUrl(), access);
        }

        ZoneId timeZone() {
            return options.configuration().timeZone();
        }
    }
}
