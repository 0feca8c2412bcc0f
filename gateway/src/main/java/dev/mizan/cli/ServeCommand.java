package dev.mizan.cli;

import dev.mizan.Configuration;
import dev.mizan.edge.ServerSettings;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mizan serve}: runs the gateway until it is told to stop. */
@Command(
        name = "serve",
        description = "Run the gateway.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by a signal, every stream finished and the journal drained",
            "2:it could not start: a bad configuration, a port or data folder in use"
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to bind (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on (default: 4000; 0: any free one).")
    private @Nullable Integer port;

    @Override
    public Integer call() {
        Configuration configuration = options.configuration();
        ServerSettings server = configuration.server();
        configuration = configuration.withServer(
                server.at(host == null ? server.host() : host, port == null ? server.port() : port));
        throw new CannotStartException("serve is not wired yet: " + configuration.server());
    }
}
