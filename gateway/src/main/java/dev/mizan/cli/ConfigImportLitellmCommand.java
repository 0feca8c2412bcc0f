package dev.mizan.cli;

import dev.mizan.litellm.LiteLlmImport;
import dev.mizan.litellm.Remark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan config import-litellm}: makes a configuration of LiteLLM's. */
@Command(
        name = "import-litellm",
        description = {
            "Make a configuration from LiteLLM's config.yaml.",
            "It goes to standard output or to --output; what was not carried over goes to standard error."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it was made", "1:with --strict: something was not carried over", "2:it can't be made"})
final class ConfigImportLitellmCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "LiteLLM's config.yaml.")
    private Path file = Path.of("config.yaml");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write the configuration; must not exist.")
    private @Nullable Path output;

    @Option(names = "--strict", description = "Exit with 1 if anything was not carried over.")
    private boolean strict;

    @Option(names = "--json", description = "Print the configuration and the remarks as one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        LiteLlmImport.Imported imported;
        try {
            imported = LiteLlmImport.of(Files.readString(file));
            if (output != null) {
                Files.writeString(output, imported.configuration(), StandardOpenOption.CREATE_NEW);
            }
        } catch (IllegalArgumentException e) {
            err.println(file + ": " + e.getMessage());
            return ExitCode.CANNOT_START;
        } catch (FileAlreadyExistsException e) {
            err.println(output + " exists (expected: a new file)");
            return ExitCode.CANNOT_START;
        } catch (IOException e) {
            err.println((e.getMessage() == null ? file : e.getMessage()) + ": can't be read or written ("
                    + e.getClass().getSimpleName() + ")");
            return ExitCode.CANNOT_START;
        }
        print(imported);
        boolean isWhole = imported.remarks().stream().noneMatch(remark -> remark.kind() == Remark.Kind.LEFT);
        return isWhole || !strict ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(LiteLlmImport.Imported imported) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode result = JsonMapper.shared().createObjectNode();
            result.put("configuration", imported.configuration());
            ArrayNode remarks = result.putArray("remarks");
            for (Remark remark : imported.remarks()) {
                remarks.addObject()
                        .put("path", remark.path())
                        .put("kind", remark.kind().label())
                        .put("text", remark.text());
            }
            out.println(result);
            return;
        }
        if (output == null) {
            out.print(imported.configuration());
            out.flush();
        }
        list("Not carried over:", Remark.Kind.LEFT, imported.remarks());
        list("Carried over, and different:", Remark.Kind.DIFFERS, imported.remarks());
    }

    private void list(String title, Remark.Kind kind, List<Remark> remarks) {
        List<Remark> those =
                remarks.stream().filter(remark -> remark.kind() == kind).toList();
        if (!those.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(title);
            those.forEach(remark -> err.println("  " + remark.path() + ": " + remark.text()));
        }
    }
}
