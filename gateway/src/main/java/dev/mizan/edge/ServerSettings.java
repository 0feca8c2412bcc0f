package dev.mizan.edge;

import java.util.List;

/**
 * Where the gateway listens and what it accepts ({@code server}).
 *
 * @param host address to bind; default {@code 127.0.0.1}
 * @param port 0 to 65,535, 0 for any free one; default 4000
 * @param corsOrigins origins whose pages may call; {@code *} for all; default none
 * @param maxBodyBytes the longest request body, 1 kB to 1 GB; default 20 MB
 * @param maxHeaderBytes the longest request head, 1 kB to 1 MB; default 16 kB
 * @param tls default none
 */
public record ServerSettings(
        String host, int port, List<String> corsOrigins, int maxBodyBytes, int maxHeaderBytes, TlsSettings tls) {
    /** What holds where nothing is configured. */
    public static final ServerSettings DEFAULT =
            new ServerSettings("127.0.0.1", 4000, List.of(), 20_000_000, 16_000, TlsSettings.NONE);

    public ServerSettings {
        corsOrigins = List.copyOf(corsOrigins);
    }

    /** This with another address. */
    public ServerSettings at(String host, int port) {
        return new ServerSettings(host, port, corsOrigins, maxBodyBytes, maxHeaderBytes, tls);
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return host.equals("localhost")
                || host.equals("::1")
                || host.equals("[::1]")
                || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
