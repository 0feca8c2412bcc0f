package dev.mizan.store;

import dev.mizan.ledger.Line;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The hash chain of one writer: each line it books gets a number and a hash over the hash before and the line.
 *
 * <p>A line is hashed on its way into the database, and linked once it is known to have gone in: lines that were there
 * already are not linked again. Not safe for use by many threads.
 */
final class HashChain {
    private static final String IS_ON = "SELECT is_on FROM hash_chaining";
    private static final String BEGIN = """
            INSERT INTO hash_chain (writer, number, hash, anchor_number, anchor_hash) VALUES (?, 0, ?, 0, ?)
            ON CONFLICT DO NOTHING""";
    private static final String HEAD = "SELECT id, number, hash FROM hash_chain WHERE writer = ?";
    private static final String SAVE_HEAD = "UPDATE hash_chain SET number = ?, hash = ? WHERE id = ?";
    private static final String LINK = "INSERT INTO hash_link (chain, number, lines, hashes) VALUES (?, ?, ?, ?)";

    /** Lines of one row: half a page. */
    private static final int ROW_LINES_MAX = 64;

    private final LedgerSession session;
    private final String writer;
    private final LineHash hash = new LineHash();
    private final LineJson json = new LineJson();
    private final Map<String, byte[]> hashes = new HashMap<>();

    /** The chain of {@code writer}, which books through {@code session}. */
    HashChain(LedgerSession session, String writer) {
        this.session = session;
        this.writer = writer;
    }

    /** Whether lines are to be chained that are booked from now on. */
    static boolean isOn(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_ON);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1) != 0;
        }
    }

    /** Forgets lines that were hashed and not linked: a new transaction begins. */
    void begin() {
        hashes.clear();
    }

    /** Gives the values of {@code line} to {@code sink}, and hashes them. */
    void write(Line line, LineColumns columns, LineColumns.Sink sink) throws SQLException {
        columns.write(line, hash.before(sink));
        // Of lines with one id the first goes in.
        hashes.putIfAbsent(line.id(), hash.line());
    }

    /** Links lines that went in, in their order. */
    void link(List<Line> inserted) throws SQLException {
        if (inserted.isEmpty()) {
            return;
        }
        begin(session.statement(BEGIN));
        PreparedStatement head = session.statement(
                switch (session.kind()) {
                    case SQLITE -> HEAD;
                    case POSTGRESQL -> HEAD + " FOR UPDATE";
                });
        head.setString(1, writer);
        int chain;
        long number;
        byte[] last;
        try (ResultSet row = head.executeQuery()) {
            row.next();
            chain = row.getInt(1);
            number = row.getLong(2);
            last = row.getBytes(3);
        }
        PreparedStatement link = session.statement(LINK);
        for (int from = 0; from < inserted.size(); from += ROW_LINES_MAX) {
            List<String> ids = inserted.subList(from, Math.min(inserted.size(), from + ROW_LINES_MAX)).stream()
                    .map(Line::id)
                    .toList();
            link.setInt(1, chain);
            link.setLong(2, number + from + 1);
            link.setString(3, json.texts(ids));
            link.setBytes(4, hashes(ids, last));
            link.executeUpdate();
        }
        PreparedStatement save = session.statement(SAVE_HEAD);
        save.setLong(1, number + inserted.size());
        save.setBytes(2, last);
        save.setInt(3, chain);
        save.executeUpdate();
    }

    private void begin(PreparedStatement statement) throws SQLException {
        statement.setString(1, writer);
        statement.setBytes(2, new byte[LineHash.BYTES]);
        statement.setBytes(3, new byte[LineHash.BYTES]);
        statement.executeUpdate();
    }

    /** The hashes of the links of the lines {@code ids}, one after the other; {@code last} becomes the last of them. */
    private byte[] hashes(List<String> ids, byte[] last) {
        byte[] links = new byte[ids.size() * LineHash.BYTES];
        for (int i = 0; i < ids.size(); i++) {
            hash.link(last, Objects.requireNonNull(hashes.get(ids.get(i))));
            System.arraycopy(last, 0, links, i * LineHash.BYTES, LineHash.BYTES);
        }
        return links;
    }
}
