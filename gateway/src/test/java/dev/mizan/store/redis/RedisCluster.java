package dev.mizan.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real cluster of Redis servers for tests, without replicas. */
final class RedisCluster implements AutoCloseable {
    private static final int HASH_SLOTS = 16_384;

    private final List<RedisServer> nodes;

    private RedisCluster(List<RedisServer> nodes) {
        this.nodes = nodes;
    }

    /** A new cluster of {@code size} nodes that share the hash slots evenly. */
    static RedisCluster start(int size) {
        List<RedisServer> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            nodes.add(RedisServer.start("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
        }
        RedisCluster cluster = new RedisCluster(nodes);
        RedisServer first = nodes.getFirst();
        for (int i = 0; i < size; i++) {
            int from = HASH_SLOTS * i / size;
            int to = HASH_SLOTS * (i + 1) / size - 1;
            nodes.get(i).command("CLUSTER", "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to));
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            if (i > 0) {
                nodes.get(i).command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(first.port()));
            }
        }
        Limiter.until(() -> nodes.stream().allMatch(node -> cluster.isWhole(node)));
        return cluster;
    }

    /** All its addresses, as the configuration has them. */
    String url() {
        return nodes.stream().map(RedisServer::url).collect(Collectors.joining(","));
    }

    /** The address of one node, as the configuration has it. */
    String urlOfOne() {
        return nodes.getLast().url() + "?cluster";
    }

    List<RedisServer> nodes() {
        return nodes;
    }

    /** Which node has keys with the hash tag {@code tag}. */
    int nodeOf(String tag) {
        int slot = Integer.parseInt(
                nodes.getFirst().command("CLUSTER", "KEYSLOT", "{" + tag + "}").substring(1));
        return IntStream.range(0, nodes.size())
                .filter(i -> slot < HASH_SLOTS * (i + 1) / nodes.size())
                .findFirst()
                .orElseThrow();
    }

    private boolean isWhole(RedisServer node) {
        String info = node.text("CLUSTER", "INFO");
        return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
