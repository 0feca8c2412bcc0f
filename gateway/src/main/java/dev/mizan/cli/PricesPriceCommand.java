package dev.mizan.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mizan prices price}: prices usage, line by line. */
@Command(
        name = "price",
        description = {
            "Price the answers of providers: JSON lines {\"provider\", \"flavor\", \"body\", \"at\"} from "
                    + "standard input,",
            "one JSON line each on standard output, in order. \"flavor\" and \"at\" may be left out, and "
                    + "\"model\" may stand",
            "beside a body that does not name it."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all lines were read", "1:some could not be read; their lines say why"})
final class PricesPriceCommand implements Callable<Integer> {
    @ParentCommand
    private PricesCommand parent = new PricesCommand();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final PricesCommand.CatalogOptions options = new PricesCommand.CatalogOptions();

    @Override
    public Integer call() throws IOException {
        LinePricer pricer = new LinePricer(options.catalog(), parent.clock());
        long bad = pricer.run(parent.in(), parent.out());
        if (bad > 0) {
            spec.commandLine().getErr().println(bad + " lines could not be read");
        }
        return bad == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
