package dev.mizan.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment files of one journal folder.
 *
 * <p>A file is filled with zeros and flushed before it is used, so that a full disk is an {@link IOException} here and
 * never a fault at a store into mapped memory. A file that is no longer needed is used again under a later sequence
 * number. Renames and deletions are on the disk, in their order, when the methods return: no freed segment may come
 * back after a power failure without all that followed it. Not safe for use by many threads.
 */
class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);
    private static final String SUFFIX = ".segment";
    private static final String NEW_SUFFIX = ".new";
    private static final int ZEROS_BYTES = 64 << 10;

    private final Path folder;
    private final int segmentBytes;

    SegmentFiles(Path folder, int segmentBytes) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
    }

    Path folder() {
        return folder;
    }

    /** Every segment there is, oldest first; those without records have sequence number 0 and come first. */
    List<Segment> openAll() throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(NEW_SUFFIX)) {
                    Files.delete(file);
                } else if (name.matches("[0-9]{12,18}" + SUFFIX)) {
                    open(file, segments);
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::sequence));
        return segments;
    }

    /** A new, empty segment. */
    Segment create(long sequence) throws IOException {
        Path temporary = folder.resolve(sequence + NEW_SUFFIX);
        Path file = file(sequence);
        boolean done = false;
        try {
            zeros(temporary);
            Segment segment = map(temporary);
            segment.begin(sequence);
            force(segment, 0, Segment.HEADER_BYTES);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            segment.renamed(file);
            forceFolder();
            done = true;
            return segment;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (!done) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    /** Makes {@code segment}, whose records are not needed any more, an empty one under a later sequence number. */
    void reuse(Segment segment, long sequence) throws IOException {
        try {
            // In this order: stale records under a new name would pass once the header names their sequence again.
            segment.blank();
            force(segment, 0, Segment.HEADER_BYTES);
            Path file = file(sequence);
            Files.move(segment.file(), file, StandardCopyOption.ATOMIC_MOVE);
            segment.renamed(file);
            forceFolder();
            segment.begin(sequence);
            force(segment, 0, Segment.HEADER_BYTES);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Removes {@code segment} from the disk. */
    void delete(Segment segment) throws IOException {
        Files.deleteIfExists(segment.file());
        forceFolder();
        segment.unmap();
    }

    /** Whether {@code segment} has the size of new ones. */
    boolean fits(Segment segment) {
        return segment.capacity() == segmentBytes;
    }

    /** Flushes bytes {@code [from, to)} of {@code segment}. */
    void force(Segment segment, int from, int to) throws IOException {
        try {
            segment.force(from, to);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void open(Path file, List<Segment> segments) throws IOException {
        long size = Files.size(file);
        if (size < Segment.HEADER_BYTES * 2 || size > Integer.MAX_VALUE) {
            LOG.error("journal: {} is no segment: {} bytes", file, size);
            return;
        }
        Segment segment = map(file);
        if (segment.isBlank()) {
            // Freed, or being made, when the process ended: what it held was in the database.
            segment.begin(0);
        } else if (!segment.hasHeader()) {
            LOG.error("journal: the header of {} is damaged; its records are read under its name", file);
            String name = file.getFileName().toString();
            segment.assume(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        }
        segments.add(segment);
    }

    private Path file(long sequence) {
        return folder.resolve(String.format(Locale.ROOT, "%012d", sequence) + SUFFIX);
    }

    private static Segment map(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        boolean done = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Segment segment =
                    new Segment(file, arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena));
            done = true;
            return segment;
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    private void zeros(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, segmentBytes));
            for (long written = 0; written < segmentBytes; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), segmentBytes - written));
                written += channel.write(zeros);
            }
            channel.force(true);
        }
    }

    private void forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
