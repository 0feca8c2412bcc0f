package dev.mizan.cli;

import dev.mizan.CannotStartException;
import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.LiveConfiguration;
import dev.mizan.Mizan;
import dev.mizan.config.ConfigurationException;
import dev.mizan.edge.ServerSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan serve}: runs the gateway until it is told to stop. */
@Command(
        name = "serve",
        description = "Run the gateway.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by a signal, open streams finished and the journal drained",
            "2:it could not start: a bad configuration, a port or data folder in use"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Path DEMO_FOLDER = Path.of("data", "demo");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to bind (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on (default: 4000; 0: any free one).")
    private @Nullable Integer port;

    @Option(
            names = "--demo",
            description = "Serve simulated models, with a month of three tenants' calls in a ledger of its own"
                    + " (data folder: ./data/demo).")
    private boolean demo;

    @Option(names = "--json", description = "Say on one line of JSON where it listens.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Mizan mizan = Mizan.start(configuration());
        stopOnSignal(mizan);
        sayWhere(mizan, demo ? mizan.demonstrate() : "");
        // Serves until a signal: the hook ends the process.
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private LiveConfiguration configuration() {
        ConfigurationReader reader = ConfigurationReader.ofProcess();
        Optional<Path> file = demo ? options.named() : options.file();
        Supplier<Configuration> source = file.<Supplier<Configuration>>map(path -> () -> reader.file(path))
                .orElse(demo ? reader::demo : reader::environment);
        try {
            return new LiveConfiguration(source, file, this::withOptions);
        } catch (ConfigurationException e) {
            throw new CannotStartException(e.text(), e);
        }
    }

    private Configuration withOptions(Configuration read) {
        ServerSettings server = read.server();
        Path folder = options.data().orElse(demo ? DEMO_FOLDER : read.storage().folder());
        return read.withFolder(folder)
                .withServer(server.at(host == null ? server.host() : host, port == null ? server.port() : port));
    }

    /** SIGTERM, SIGINT and SIGHUP end the gateway in order, and the process with 0 instead of the signal's number. */
    private static void stopOnSignal(Mizan mizan) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            mizan.close();
            Runtime.getRuntime().halt(ExitCode.OK);
        }));
    }

    private void sayWhere(Mizan mizan, String sampleKey) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode where = JsonMapper.shared().createObjectNode();
            where.put("address", mizan.address()).put("port", mizan.port());
            out.println(demo ? where.put("master_key", mizan.masterKey()).put("sample_key", sampleKey) : where);
        } else if (demo) {
            out.printf("""

                    Mizan listens on  %1$s
                    Pages             %1$s/ui
                    Master key        %2$s
                    A sample key      %3$s

                    Try it:
                      curl %1$s/v1/chat/completions -H 'Authorization: Bearer %3$s' \\
                        -H 'Content-Type: application/json' \\
                        -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is a trial balance?"}]}'

                    """, mizan.address(), mizan.masterKey(), sampleKey);
        } else {
            out.println("Mizan listens on " + mizan.address() + ", configured by " + mizan.origin());
            if (mizan.madeMasterKey()) {
                out.println("Master key, made now and kept in the data folder: " + mizan.masterKey());
            }
        }
        out.flush();
    }
}
