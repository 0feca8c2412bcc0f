package dev.mizan.cli;

import dev.mizan.CannotStartException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Turns what a command threw into a message and an exit code: the one place where the command line does that. */
final class FailureReport implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        if (failure instanceof CannotStartException) {
            command.getErr().println(failure.getMessage());
            return ExitCode.CANNOT_START;
        }
        LoggerFactory.getLogger(FailureReport.class).debug("{} failed", command.getCommandName(), failure);
        String message = failure.getMessage();
        command.getErr().println("mizan: " + (message == null ? failure.toString() : message));
        return ExitCode.FAILED;
    }
}
