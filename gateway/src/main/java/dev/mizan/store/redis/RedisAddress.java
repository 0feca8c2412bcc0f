package dev.mizan.store.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Redis or Valkey that counters are kept in: one server, {@code redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]} or
 * {@code rediss://…} for TLS; several of them with commas between, for a cluster; the sentinels of a server, with
 * {@code ?sentinel=NAME} after the last. A cluster that is reached by one address has {@code ?cluster} after it.
 */
public record RedisAddress(List<String> endpoints, boolean isCluster, Optional<String> sentinelOf) {
    private static final Pattern ENDPOINT =
            Pattern.compile("rediss?://([^@/?,]*@)?(\\[[0-9A-Fa-f:.]+\\]|[^:/?@,\\[\\]]+)(:[0-9]{1,5})?(/[0-9]{0,5})?");
    private static final int CLUSTER_NODES_MAX = 1_000;
    private static final String SENTINEL = "?sentinel=";
    private static final String CLUSTER = "?cluster";

    public RedisAddress {
        endpoints = List.copyOf(endpoints);
    }

    /** The address written as {@code text}; empty if it is none. */
    public static Optional<RedisAddress> parse(String text) {
        String rest = text;
        boolean cluster = rest.endsWith(CLUSTER);
        Optional<String> sentinel = Optional.empty();
        int query = rest.indexOf(SENTINEL);
        if (cluster) {
            rest = rest.substring(0, rest.length() - CLUSTER.length());
        } else if (query >= 0) {
            sentinel = Optional.of(rest.substring(query + SENTINEL.length())).filter(name -> !name.isBlank());
            if (sentinel.isEmpty()) {
                return Optional.empty();
            }
            rest = rest.substring(0, query);
        }
        List<String> endpoints = new ArrayList<>();
        for (String endpoint : rest.split(",", -1)) {
            if (!ENDPOINT.matcher(endpoint.strip()).matches()) {
                return Optional.empty();
            }
            endpoints.add(endpoint.strip());
        }
        return Optional.of(
                new RedisAddress(endpoints, cluster || (endpoints.size() > 1 && sentinel.isEmpty()), sentinel));
    }

    /** The client's options for it. */
    RedisOptions options(Duration timeout, int waitingMax) {
        RedisOptions options = new RedisOptions()
                .setMaxPoolSize(isCluster ? CLUSTER_NODES_MAX : 1)
                .setMaxPoolWaiting(CLUSTER_NODES_MAX)
                .setMaxWaitingHandlers(waitingMax)
                .setPoolCleanerInterval(-1)
                .setNetClientOptions(new NetClientOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setHostnameVerificationAlgorithm("HTTPS")
                        .setConnectTimeout((int) Math.max(timeout.toMillis(), Link.CONNECT_MILLIS_MAX)));
        options.setType(
                isCluster
                        ? RedisClientType.CLUSTER
                        : sentinelOf.isPresent() ? RedisClientType.SENTINEL : RedisClientType.STANDALONE);
        sentinelOf.ifPresent(name -> options.setMasterName(name).setRole(RedisRole.MASTER));
        for (String endpoint : endpoints) {
            options.addConnectionString(endpoint);
        }
        return options;
    }

    @Override
    public String toString() {
        return "RedisAddress[***]";
    }
}
