package dev.mizan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Processor time that processes have used, read from {@code /proc}: user and system time, in microseconds, with the
 * kernel's resolution of 10 ms.
 *
 * @param totalMicros of all threads, those that have ended included
 * @param byPart of the threads that live, by what they do
 */
public record Processor(long totalMicros, Map<Part, Long> byPart) {
    private static final long MICROS_PER_TICK = 10_000;

    /** What a thread of the gateway is for, told by its name (of which the kernel keeps 15 characters). */
    public enum Part {
        DATA_PLANE("event loops"),
        BOOKS("journal flusher and ledger writer"),
        GARBAGE("garbage collector"),
        COMPILER("compiler"),
        REST("everything else");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        /** What reports call it. */
        public String label() {
            return label;
        }

        static Part of(String thread) {
            if (thread.startsWith("vert.x-eventloo") || thread.startsWith("data-plane")) {
                return DATA_PLANE;
            }
            if (thread.startsWith("journal") || thread.startsWith("ledger")) {
                return BOOKS;
            }
            if (thread.startsWith("GC ") || thread.startsWith("G1 ") || thread.equals("VM Thread")) {
                return GARBAGE;
            }
            return thread.startsWith("C1 ") || thread.startsWith("C2 ") ? COMPILER : REST;
        }
    }

    /** The time that {@code pids} have used so far. */
    public static Processor of(List<Long> pids) {
        long total = 0;
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        for (long pid : pids) {
            Path process = Path.of("/proc", Long.toString(pid));
            total += micros(read(process.resolve("stat")));
            for (Path task : tasks(process)) {
                String stat = read(task.resolve("stat"));
                if (!stat.isEmpty()) {
                    parts.merge(Part.of(threadName(stat)), micros(stat), Long::sum);
                }
            }
        }
        return new Processor(total, Map.copyOf(parts));
    }

    /** What was used since {@code before}. */
    public Processor since(Processor before) {
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        byPart.forEach((part, micros) -> parts.put(part, micros - before.byPart.getOrDefault(part, 0L)));
        return new Processor(totalMicros - before.totalMicros, Map.copyOf(parts));
    }

    /** What {@code part} has used, in microseconds. */
    public long micros(Part part) {
        return byPart.getOrDefault(part, 0L);
    }

    /** The share of {@code part}, from 0 to 1; 0 if nothing was used. */
    public double share(Part part) {
        return totalMicros == 0 ? 0 : (double) micros(part) / totalMicros;
    }

    /** Anonymous resident memory of the process, in KiB. */
    public static long anonymousKib(long pid) {
        return read(Path.of("/proc", Long.toString(pid), "status"))
                .lines()
                .filter(line -> line.startsWith("RssAnon:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    /** The process and all its descendants that live. */
    public static List<Long> withDescendants(ProcessHandle process) {
        List<Long> pids = new ArrayList<>();
        pids.add(process.pid());
        process.descendants().map(ProcessHandle::pid).forEach(pids::add);
        return pids;
    }

    /** User and system time of a {@code stat} line, in microseconds; 0 if it is empty. */
    static long micros(String stat) {
        if (stat.isEmpty()) {
            return 0;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 14);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
    }

    /** The name in a {@code stat} line. */
    static String threadName(String stat) {
        return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    }

    private static List<Path> tasks(Path process) {
        try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
            return tasks.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's text; empty if the process or thread has ended meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
