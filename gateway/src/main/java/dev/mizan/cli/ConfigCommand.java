package dev.mizan.cli;

import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.config.ConfigurationException;
import dev.mizan.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan config}: checks a configuration, prints its schema, imports another gateway's. */
@Command(
        name = "config",
        description = "Check the configuration, print its schema, import another gateway's.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Schema.class, ConfigImportLitellmCommand.class})
final class ConfigCommand {
    /** {@code mizan config check}. */
    @Command(
            name = "check",
            description = "Say whether the configuration can be used, and all that is wrong with it.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it can be used", "2:it can't"})
    static final class Check implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private final CommonOptions options = new CommonOptions();

        @Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "The file; the same as --config.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            Optional<Path> named = file == null ? options.file() : Optional.of(file);
            ConfigurationReader reader = ConfigurationReader.ofProcess();
            try {
                Configuration read = named.isPresent() ? reader.file(named.get()) : reader.environment();
                printGood(read);
                return ExitCode.OK;
            } catch (ConfigurationException e) {
                printBad(e);
                return ExitCode.CANNOT_START;
            }
        }

        private void printGood(Configuration read) {
            if (json) {
                ObjectNode result = JsonMapper.shared().createObjectNode();
                result.put("ok", true).put("origin", read.origin());
                result.put("providers", read.providers().size());
                result.put("models", read.models().size());
                result.putArray("problems");
                spec.commandLine().getOut().println(result);
                return;
            }
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: ok (%s, %s)%n",
                            read.origin(),
                            count(read.providers().size(), "provider"),
                            count(read.models().size(), "model"));
        }

        private static String count(int number, String noun) {
            return number + " " + noun + (number == 1 ? "" : "s");
        }

        private void printBad(ConfigurationException e) {
            if (!json) {
                spec.commandLine().getErr().println(e.text());
                return;
            }
            ObjectNode result = JsonMapper.shared().createObjectNode();
            result.put("ok", false);
            ArrayNode problems = result.putArray("problems");
            List<Problem> found = e.problems();
            for (Problem problem : found) {
                problems.addObject()
                        .put("file", problem.file())
                        .put("line", problem.line())
                        .put("column", problem.column())
                        .put("path", problem.path())
                        .put("message", problem.message());
            }
            spec.commandLine().getOut().println(result);
        }
    }

    /** {@code mizan config schema}. */
    @Command(
            name = "schema",
            description = "Print the JSON Schema of the configuration, for editors.",
            mixinStandardHelpOptions = true)
    static final class Schema implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            spec.commandLine().getOut().print(ConfigurationReader.schema());
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
    }
}
