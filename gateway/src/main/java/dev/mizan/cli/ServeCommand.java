package dev.mizan.cli;

import dev.mizan.CannotStartException;
import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.LiveConfiguration;
import dev.mizan.Mizan;
import dev.mizan.config.ConfigurationException;
import dev.mizan.edge.ServerSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

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
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to bind (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on (default: 4000; 0: any free one).")
    private @Nullable Integer port;

    @Option(names = "--json", description = "Say on one line of JSON where it listens.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Mizan mizan = Mizan.start(configuration());
        stopOnSignal(mizan);
        sayWhere(mizan);
        // Serves until a signal: the hook ends the process.
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private LiveConfiguration configuration() {
        try {
            return new LiveConfiguration(ConfigurationReader.ofProcess(), options.file(), this::withOptions);
        } catch (ConfigurationException e) {
            throw new CannotStartException(e.text(), e);
        }
    }

    private Configuration withOptions(Configuration read) {
        ServerSettings server = read.server();
        Configuration placed = options.data().map(read::withFolder).orElse(read);
        return placed.withServer(server.at(host == null ? server.host() : host, port == null ? server.port() : port));
    }

    /** SIGTERM, SIGINT and SIGHUP end the gateway in order, and the process with 0 instead of the signal's number. */
    private static void stopOnSignal(Mizan mizan) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            mizan.close();
            Runtime.getRuntime().halt(ExitCode.OK);
        }));
    }

    private void sayWhere(Mizan mizan) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared()
                    .createObjectNode()
                    .put("address", mizan.address())
                    .put("port", mizan.port()));
        } else {
            out.println("Mizan listens on " + mizan.address());
            if (mizan.madeMasterKey()) {
                out.println("Master key, made now and kept in the data folder: " + mizan.masterKey());
            }
        }
        out.flush();
    }
}
