package dev.mizan.cli;

import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCard;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.ProviderPrices;
import dev.mizan.price.Rates;
import dev.mizan.usage.Unit;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mizan prices list}: one line per model, with the prices in force now. */
@Command(
        name = "list",
        description = "List the models and their prices in force now, in USD per million tokens.",
        mixinStandardHelpOptions = true)
final class PricesListCommand implements Callable<Integer> {
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

    @Override
    public Integer call() {
        PriceCatalog catalog = options.catalog();
        PrintWriter out = spec.commandLine().getOut();
        Instant now = parent.clock().instant();
        boolean any = false;
        if (!json) {
            out.printf(
                    "%-24s %-56s %12s %12s %12s %12s%n", "provider", "model", "input", "cache_read", "output", "from");
        }
        for (ProviderPrices known : catalog.providers()) {
            if (!provider.isEmpty() && !known.id().equals(provider)) {
                continue;
            }
            any = true;
            for (ModelPrices prices : known.models()) {
                Optional<PriceCard> card = prices.card(now);
                if (json) {
                    out.println(PriceText.json(prices, now));
                } else if (card.isPresent()) {
                    print(out, prices, card.get());
                }
            }
        }
        out.flush();
        if (!any) {
            spec.commandLine()
                    .getErr()
                    .println("provider: '" + provider + "' (expected: one of "
                            + catalog.providers().stream()
                                    .map(ProviderPrices::id)
                                    .toList() + ")");
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private static void print(PrintWriter out, ModelPrices prices, PriceCard card) {
        Rates rates = card.tiers().getFirst().rates();
        out.printf(
                "%-24s %-56s %12s %12s %12s %12s%n",
                prices.provider(),
                prices.model(),
                usd(rates, Unit.INPUT),
                usd(rates, Unit.CACHE_READ),
                usd(rates, Unit.OUTPUT),
                card.from().equals(PriceCard.ALWAYS) ? "-" : PriceText.date(card.from()));
    }

    private static String usd(Rates rates, Unit unit) {
        return Optional.ofNullable(rates.usdPerMillion().get(unit))
                .map(BigDecimal::toPlainString)
                .orElse("-");
    }
}
