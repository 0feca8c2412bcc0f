package dev.mizan.cli;

import dev.mizan.store.Database;
import dev.mizan.store.LedgerAudit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mizan ledger rebuild}: works all sums out anew from the lines, and must find no difference. */
@Command(
        name = "rebuild",
        description = "Work all sums out anew from the lines and print what differs: nothing should.",
        mixinStandardHelpOptions = true)
final class LedgerRebuildCommand implements Callable<Integer> {
    @Mixin
    private final LedgerCommand.Books books = new LedgerCommand.Books();

    @Option(names = "--apply", description = "Put the right sums in the place of wrong ones; no gateway may run.")
    private boolean apply;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<String> problems = new ArrayList<>();
        LedgerAudit.Result result;
        try (Database database = books.open(apply ? Database.Access.CHANGE : Database.Access.READ)) {
            LedgerAudit audit = new LedgerAudit(database, problem -> LedgerVerifyCommand.keep(problems, problem));
            result = apply ? audit.rebuild() : audit.verify();
        }
        if (json) {
            books.out().println(LedgerVerifyCommand.json(result, problems).put("applied", apply));
        } else {
            problems.forEach(books.out()::println);
            books.out().println(result.lines() + " lines, " + result.sumProblems() + " wrong sums" + outcome(result));
        }
        return result.sumProblems() == 0 || apply ? ExitCode.OK : ExitCode.FAILED;
    }

    private String outcome(LedgerAudit.Result result) {
        if (result.sumProblems() == 0) {
            return "";
        }
        return apply ? ": replaced" : " (--apply replaces them)";
    }
}
