package dev.mizan.cli;

import dev.mizan.price.PriceCatalog;
import dev.mizan.price.PriceChange;
import dev.mizan.price.PriceUpdate;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mizan prices import}: compares a price file with the catalogue and, on demand, takes its prices over. */
@Command(
        name = "import",
        description = {
            "Compare a price file with the catalogue; with --apply, take its prices over from now on.",
            "Prices so far stay as history: a call is priced with the card in force when it was made."
        },
        mixinStandardHelpOptions = true)
final class PricesImportCommand implements Callable<Integer> {
    private static final int FILE_SIZE_BYTES_MAX = 64 << 20;
    private static final int REMOVED_SHOWN_MAX = 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @ParentCommand
    private PricesCommand parent = new PricesCommand();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final PricesCommand.CatalogOptions options = new PricesCommand.CatalogOptions();

    @Parameters(paramLabel = "FILE|URL", description = "The price file, at most 64 MiB.")
    private String source = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "genai-prices, litellm or mizan (default: as the file looks).",
            defaultValue = "")
    private String format = "";

    @Option(names = "--apply", description = "Write the changes into the data folder.")
    private boolean apply;

    @Option(names = "--all", description = "Show every price that the file has not.")
    private boolean all;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "When the prices come into force (default: now), e.g. 2026-01-31T00:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--as-of", paramLabel = "DATE", description = "When the file's prices were read (default: today).")
    private @Nullable LocalDate asOf;

    @Option(
            names = "--catalogue",
            paramLabel = "FOLDER",
            description = "Write whole price files there instead: for maintainers of the shipped catalogue.")
    private @Nullable Path catalogue;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Instant now = parent.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        byte[] file = read();
        PriceUpdate update = PriceUpdate.read(file, format(file), asOf == null ? PriceUpdate.date(now) : asOf);
        update.notes().forEach(out::println);
        if (catalogue != null) {
            update.writeCatalogue(catalogue);
            out.printf("%d models written to %s%n", update.size(), catalogue);
            return ExitCode.OK;
        }
        Instant start = from == null ? now : from;
        PriceCatalog catalog = PriceCatalog.load(options.folder());
        print(out, update.changes(catalog, start), update.size());
        if (apply) {
            Path folder = options.folder().resolve("prices");
            int written = update.apply(catalog, folder, start);
            out.printf("%d models written to %s, in force from %s%n", written, folder, PriceText.date(start));
        } else {
            out.println("nothing written (--apply writes)");
        }
        out.flush();
        return ExitCode.OK;
    }

    private void print(PrintWriter out, List<PriceChange> changes, int models) {
        List<PriceChange> removed =
                changes.stream().filter(change -> change.after().isEmpty()).toList();
        changes.stream()
                .filter(change -> change.after().isPresent())
                .forEach(change -> out.println((change.before().isEmpty() ? "+ " : "~ ") + change));
        removed.stream().limit(all ? Long.MAX_VALUE : REMOVED_SHOWN_MAX).forEach(change -> out.println("- " + change));
        if (!all && removed.size() > REMOVED_SHOWN_MAX) {
            out.printf(
                    "- … and %d more that the file has not (--all shows them)%n", removed.size() - REMOVED_SHOWN_MAX);
        }
        long added =
                changes.stream().filter(change -> change.before().isEmpty()).count();
        out.printf(
                "%d models read: %d prices added, %d changed, %d not in the file (kept)%n",
                models, added, changes.size() - added - removed.size(), removed.size());
    }

    private PriceUpdate.Format format(byte[] file) {
        if (format.isEmpty()) {
            return PriceUpdate.guess(file);
        }
        for (PriceUpdate.Format known : PriceUpdate.Format.values()) {
            if (known.label().equals(format.toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        throw new IllegalArgumentException("format: '" + format + "' (expected: one of "
                + List.of(PriceUpdate.Format.values()).stream()
                        .map(PriceUpdate.Format::label)
                        .collect(Collectors.joining(", "))
                + ")");
    }

    private byte[] read() throws IOException, InterruptedException {
        if (!source.startsWith("http://") && !source.startsWith("https://")) {
            Path file = Path.of(source);
            if (Files.size(file) > FILE_SIZE_BYTES_MAX) {
                throw tooLong();
            }
            return Files.readAllBytes(file);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(TIMEOUT)
                .build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(source)).timeout(TIMEOUT).build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException(source + ": HTTP " + response.statusCode() + " (expected: 200)");
                }
                byte[] file = body.readNBytes(FILE_SIZE_BYTES_MAX + 1);
                if (file.length > FILE_SIZE_BYTES_MAX) {
                    throw tooLong();
                }
                return file;
            }
        }
    }

    private IOException tooLong() {
        return new IOException(source + ": too long (expected: at most " + FILE_SIZE_BYTES_MAX + " bytes)");
    }
}
