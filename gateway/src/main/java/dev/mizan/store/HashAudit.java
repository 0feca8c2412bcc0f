package dev.mizan.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Follows every hash chain from its anchor to its end. Not safe for use by many threads. */
final class HashAudit {
    private static final HexFormat HEX = HexFormat.of();
    private static final int PAGE_ROWS = 16;
    private static final String CHAINS =
            "SELECT id, writer, number, hash, anchor_number, anchor_hash FROM hash_chain ORDER BY id";
    private static final String LINKS =
            "SELECT number, lines, hashes FROM hash_link WHERE chain = ? AND number > ? ORDER BY number LIMIT "
                    + PAGE_ROWS;

    private final Connection connection;
    private final Database.Kind database;
    private final Consumer<String> problems;
    private final LineHash hash = new LineHash();
    private final LineJson json = new LineJson();
    private long linked;
    private long found;

    /** A chain; hashes in hexadecimal. */
    private record Chain(int id, String writer, long number, String hash, long anchorNumber, String anchorHash) {}

    private record Link(long number, String line, String hash) {}

    HashAudit(Connection connection, Database.Kind database, Consumer<String> problems) {
        this.connection = connection;
        this.database = database;
        this.problems = problems;
    }

    /** Follows them; what does not fit is told, of each chain the first line first. */
    void run() throws SQLException {
        List<Chain> chains = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CHAINS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                chains.add(new Chain(
                        row.getInt(1),
                        row.getString(2),
                        row.getLong(3),
                        HEX.formatHex(row.getBytes(4)),
                        row.getLong(5),
                        HEX.formatHex(row.getBytes(6))));
            }
        }
        for (Chain chain : chains) {
            follow(chain);
        }
    }

    /** Links that were followed. */
    long linked() {
        return linked;
    }

    /** Links that do not fit. */
    long problems() {
        return found;
    }

    private void follow(Chain chain) throws SQLException {
        long number = chain.anchorNumber;
        String before = chain.anchorHash;
        while (true) {
            List<Link> page = links(chain, number);
            if (page.isEmpty()) {
                break;
            }
            Map<String, byte[]> lines = lines(page);
            for (Link link : page) {
                linked++;
                if (link.number != number + 1) {
                    problem(chain, link, "follows after " + (link.number - number - 1) + " that are gone");
                } else if (!lines.containsKey(link.line)) {
                    problem(chain, link, "is not there any more");
                } else {
                    byte[] expected = HEX.parseHex(before);
                    hash.link(expected, lines.get(link.line));
                    if (!HEX.formatHex(expected).equals(link.hash)) {
                        problem(chain, link, "is not as it was written");
                    }
                }
                number = link.number;
                before = link.hash;
            }
        }
        if (number != chain.number || !before.equals(chain.hash)) {
            found++;
            problems.accept("hash chain of " + chain.writer + " ends with link " + number + " (expected: "
                    + chain.number + ", and its hash)");
        }
    }

    private void problem(Chain chain, Link link, String what) {
        found++;
        problems.accept(
                "line " + link.line + ", link " + link.number + " of the hash chain of " + chain.writer + ", " + what);
    }

    private List<Link> links(Chain chain, long after) throws SQLException {
        List<Link> links = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LINKS)) {
            statement.setInt(1, chain.id);
            statement.setLong(2, after);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<String> lines = json.texts(row.getString(2));
                    byte[] hashes = Arrays.copyOf(row.getBytes(3), lines.size() * LineHash.BYTES);
                    for (int i = 0; i < lines.size(); i++) {
                        int at = i * LineHash.BYTES;
                        links.add(new Link(
                                row.getLong(1) + i, lines.get(i), HEX.formatHex(hashes, at, at + LineHash.BYTES)));
                    }
                }
            }
        }
        return links;
    }

    /** The hashes of the lines of {@code links}, by id. */
    private Map<String, byte[]> lines(List<Link> links) throws SQLException {
        Map<String, byte[]> lines = new HashMap<>();
        if (links.isEmpty()) {
            return lines;
        }
        StringBuilder sql = new StringBuilder("SELECT " + LineColumns.LIST + " FROM ledger_line WHERE id IN (")
                .append(LedgerSession.marks(links.size()))
                .append(')');
        if (database == Database.Kind.POSTGRESQL) {
            Set<Integer> months = links.stream()
                    .map(link -> PostgresLedgerSession.month(link.line))
                    .collect(Collectors.toCollection(TreeSet::new));
            sql.append(months.stream().map(String::valueOf).collect(Collectors.joining(", ", " AND month IN (", ")")));
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < links.size(); i++) {
                statement.setString(i + 1, links.get(i).line);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    LineColumns.copy(row, hash);
                    lines.put(row.getString("id"), hash.line());
                }
            }
        }
        return lines;
    }
}
