package dev.mizan.cli;

import dev.mizan.store.Database;
import dev.mizan.store.LedgerAudit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code mizan ledger verify}: checks every line, every rollup and every hash chain. Reads beside a gateway. */
@Command(
        name = "verify",
        description =
                "Check that every line adds up, that the rollups are the sums of the lines, and that no chained line changed.",
        mixinStandardHelpOptions = true)
final class LedgerVerifyCommand implements Callable<Integer> {
    /** Problems that are printed; all are counted. */
    static final int PROBLEMS_MAX = 1_000;

    @Mixin
    private final LedgerCommand.Books books = new LedgerCommand.Books();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<String> problems = new ArrayList<>();
        LedgerAudit.Result result;
        try (Database database = books.open(Database.Access.READ)) {
            result = new LedgerAudit(database, problem -> keep(problems, problem)).verify();
        }
        if (json) {
            books.out().println(json(result, problems));
        } else {
            problems.forEach(books.out()::println);
            books.out()
                    .println(
                            result.sound()
                                    ? "sound: " + result.lines() + " lines add up, and the sums are theirs"
                                            + chained(result)
                                    : "not sound: " + result.lineProblems() + " problems in " + result.lines()
                                            + " lines, " + result.sumProblems() + " wrong sums, "
                                            + result.linkProblems()
                                            + " of " + result.links() + " lines in hash chains that do not fit");
        }
        return result.sound() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String chained(LedgerAudit.Result result) {
        return result.links() == 0 ? "" : "; " + result.links() + " are as they were when they were chained";
    }

    static void keep(List<String> problems, String problem) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(problem);
        }
    }

    static ObjectNode json(LedgerAudit.Result result, List<String> problems) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("sound", result.sound());
        node.put("lines", result.lines());
        node.put("line_problems", result.lineProblems());
        node.put("rollup_problems", result.rollupProblems());
        node.put("use_problems", result.useProblems());
        node.put("links", result.links());
        node.put("link_problems", result.linkProblems());
        ArrayNode list = node.putArray("problems");
        problems.forEach(list::add);
        return node;
    }
}
