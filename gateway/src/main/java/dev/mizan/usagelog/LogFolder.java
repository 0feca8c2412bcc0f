package dev.mizan.usagelog;

import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a usage log. Before lines are appended, how long the files are is written down; what a process that was
 * killed had appended and not accounted for is cut off again by the next. For one thread.
 */
final class LogFolder {
    private static final String NAME = ".name";
    private static final String PENDING = ".pending";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;

    LogFolder(Path folder) {
        this.folder = folder;
    }

    /** What was about to be appended: the first line's id, and how long each file was. */
    record Pending(String firstId, Map<String, Long> lengths) {}

    /** The name of the log in {@code folder}, made with it. */
    static String name(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                replace(file, UlidCreator.getUlid().toString().getBytes(StandardCharsets.US_ASCII));
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("usage log " + file + ": " + e.getMessage(), e);
        }
    }

    Optional<Pending> pending() throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readString(folder.resolve(PENDING)));
            Map<String, Long> lengths = new LinkedHashMap<>();
            json.path("lengths")
                    .properties()
                    .forEach(file -> lengths.put(file.getKey(), file.getValue().longValue()));
            return Optional.of(new Pending(json.path("first").stringValue(), lengths));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Appends each of {@code texts} to its file, having written down what is about to be done. */
    void append(String firstId, Map<String, byte[]> texts) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("first", firstId);
        ObjectNode lengths = json.putObject("lengths");
        for (String file : texts.keySet()) {
            Path path = folder.resolve(file);
            lengths.put(file, Files.exists(path) ? Files.size(path) : 0);
        }
        replace(folder.resolve(PENDING), JSON.writeValueAsBytes(json));
        for (Map.Entry<String, byte[]> text : texts.entrySet()) {
            Path path = folder.resolve(text.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                write(channel, text.getValue());
            }
        }
    }

    /** What was about to be appended is, and is accounted for. */
    void settle() throws IOException {
        Files.deleteIfExists(folder.resolve(PENDING));
    }

    /** Cuts off what was appended since {@code pending} was written down. */
    void undo(Pending pending) throws IOException {
        for (Map.Entry<String, Long> file : pending.lengths().entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (Files.exists(path) && Files.size(path) > file.getValue()) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(file.getValue());
                    channel.force(true);
                }
            }
        }
        settle();
    }

    /** Puts {@code bytes} in the place of {@code file} as a whole. */
    void put(String file, byte[] bytes) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.toAbsolutePath().getParent());
        replace(path, bytes);
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path draft = file.resolveSibling("." + file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, bytes);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }
}
