package dev.mizan.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code mizan}. Each command is a class of this package, named in {@link Command#subcommands()}, that
 * implements {@code Callable<Integer>} and takes {@link CommonOptions} as a mixin.
 */
@Command(
        name = "mizan",
        description = "An LLM gateway that keeps the books.",
        subcommands = {
            ServeCommand.class,
            ConfigCommand.class,
            LedgerCommand.class,
            LicenceCommand.class,
            PricesCommand.class,
            ReportCommand.class,
            TrainCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the command failed; the message says why",
            "2:it could not start: wrong arguments, a bad configuration, a port or data folder in use"
        })
public final class Main {
    private static final String SERVE = "serve";

    private Main() {}

    /** Runs one command and exits with its code; {@code serve} returns here once it has stopped. */
    public static void main(String[] arguments) {
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Runs one command, printing to {@code out} and {@code err}; its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        // The command that must start soon does not wait until all the others are read by reflection.
        boolean serves = arguments.length > 0 && arguments[0].equals(SERVE);
        CommandLine line = serves
                ? new CommandLine(new ServeCommand()).setCommandName("mizan " + SERVE)
                : new CommandLine(new Main());
        line.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new FailureReport());
        return line.execute(serves ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments);
    }
}
