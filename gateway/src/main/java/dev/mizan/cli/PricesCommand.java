package dev.mizan.cli;

import dev.mizan.Configuration;
import dev.mizan.price.PriceCatalog;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mizan prices}: the price catalogue. */
@Command(
        name = "prices",
        description = "List, show and import prices; price usage from standard input.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PricesListCommand.class,
            PricesShowCommand.class,
            PricesImportCommand.class,
            PricesPriceCommand.class
        })
public final class PricesCommand {
    private final InputStream in;
    private final OutputStream out;
    private final Clock clock;

    /** Reads from and writes to the process's streams. */
    public PricesCommand() {
        this(System.in, System.out, Clock.systemUTC());
    }

    /** Reads usage from {@code in}, writes prices to {@code out}, and takes what has no time as made now. */
    public PricesCommand(InputStream in, OutputStream out, Clock clock) {
        this.in = in;
        this.out = out;
        this.clock = clock;
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    Clock clock() {
        return clock;
    }

    /** The options that say which catalogue is meant. */
    static final class CatalogOptions {
        private static final Path DEFAULT_FOLDER = Path.of("data");

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Option(
                names = "--book",
                paramLabel = "NAME",
                description = "Lay a price book over the catalogue; may be repeated.")
        private List<String> books = new ArrayList<>();

        /**
         * The catalogue as the gateway would use it: shipped prices, imported ones over them, then the configuration's
         * books and prices where there is a configuration file.
         */
        PriceCatalog catalog() {
            PriceCatalog catalog = PriceCatalog.load(folder());
            if (common.file().isPresent()) {
                Configuration configuration = common.configuration();
                for (String book : configuration.priceBooks()) {
                    catalog = catalog.withBook(book);
                }
                catalog = catalog.with(configuration.prices());
            }
            for (String book : books) {
                catalog = catalog.withBook(book);
            }
            return catalog;
        }

        /** The data folder. */
        Path folder() {
            if (common.data().isPresent()) {
                return common.data().get();
            }
            return common.file().isPresent() ? common.configuration().storage().folder() : DEFAULT_FOLDER;
        }
    }
}
