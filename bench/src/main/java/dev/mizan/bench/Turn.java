package dev.mizan.bench;

import java.util.List;

/**
 * One turn under saturation.
 *
 * @param who {@code nginx} or {@code mizan}
 * @param used processor time, counted until the journal had drained
 */
public record Turn(String who, Shape shape, Wrk.Result result, Processor used) {
    /** Processor microseconds per call. */
    public double microsPerCall() {
        return (double) used.totalMicros() / result.calls();
    }

    /** Processor microseconds per call of one part of the gateway. */
    public double microsPerCall(Processor.Part part) {
        return (double) used.micros(part) / result.calls();
    }

    /** Processor microseconds per call of all but the journal's flusher and the ledger's writer. */
    public double dataPlaneMicrosPerCall() {
        return microsPerCall() - microsPerCall(Processor.Part.BOOKS);
    }

    /** The value in the middle of {@code values}; the mean of the two in the middle; 0 of none. */
    public static double median(List<Double> values) {
        if (values.isEmpty()) {
            return 0;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
