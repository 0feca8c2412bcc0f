package dev.mizan.cli;

import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.ProviderPrices;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mizan prices show}: all cards of a model. */
@Command(
        name = "show",
        description = "Show all price cards of a model, at every provider that has it.",
        mixinStandardHelpOptions = true)
final class PricesShowCommand implements Callable<Integer> {
    @ParentCommand
    private PricesCommand parent = new PricesCommand();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final PricesCommand.CatalogOptions options = new PricesCommand.CatalogOptions();

    @Option(names = "--provider", paramLabel = "ID", description = "Only this provider's.", defaultValue = "")
    private String provider = "";

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Parameters(paramLabel = "MODEL", description = "A model's name, or PROVIDER/MODEL.")
    private String model = "";

    @Override
    public Integer call() {
        List<ModelPrices> found = found(options.catalog());
        Instant now = parent.clock().instant();
        for (ModelPrices prices : found) {
            if (json) {
                spec.commandLine().getOut().println(PriceText.json(prices, now));
            } else {
                PriceText.lines(prices, now)
                        .forEach(line -> spec.commandLine().getOut().println(line));
            }
        }
        spec.commandLine().getOut().flush();
        if (found.isEmpty()) {
            spec.commandLine().getErr().println("model: '" + model + "' (expected: a model of the catalogue)");
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private List<ModelPrices> found(PriceCatalog catalog) {
        List<ModelPrices> found = new ArrayList<>();
        if (!provider.isEmpty()) {
            catalog.model(provider, model).ifPresent(found::add);
            return found;
        }
        for (ProviderPrices known : catalog.providers()) {
            add(found, catalog, known.id(), model);
        }
        int slash = model.indexOf('/');
        if (found.isEmpty() && slash > 0) {
            add(found, catalog, model.substring(0, slash), model.substring(slash + 1));
        }
        return found;
    }

    /** Adds what the provider itself lists; what it takes from another is shown there. */
    private static void add(List<ModelPrices> found, PriceCatalog catalog, String provider, String model) {
        catalog.model(provider, model)
                .filter(prices -> prices.provider().equals(provider))
                .ifPresent(found::add);
    }
}
