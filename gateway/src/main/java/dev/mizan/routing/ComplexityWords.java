package dev.mizan.routing;

import java.util.List;

/**
 * The words that a score of complexity looks for; phrases of several words are allowed.
 *
 * @param factual words that ask for a fact
 * @param analytical words that ask for reasons, explanations or comparisons
 * @param multiStep words that ask for work of several steps
 * @param context words that refer to what was said before
 */
public record ComplexityWords(
        List<String> factual, List<String> analytical, List<String> multiStep, List<String> context) {
    /** Turkish: those of the article whose score this is. */
    public static final ComplexityWords DOCUMENT = new ComplexityWords(
            List.of("ne", "nedir", "kim", "nerede"),
            List.of("nasıl", "neden", "açıkla", "karşılaştır", "analiz"),
            List.of("karşılaştır", "analiz", "tasarla", "uygula", "değerlendir", "öner", "strateji"),
            List.of("önceki", "daha önce", "bahsettiğ"));

    /** Turkish, English and Arabic. */
    public static final ComplexityWords IMPROVED = new ComplexityWords(
            List.of(
                    "ne",
                    "nedir",
                    "neler",
                    "nelerdir",
                    "kim",
                    "kimdir",
                    "nerede",
                    "nereye",
                    "nereden",
                    "hangi",
                    "kaç",
                    "mi",
                    "mı",
                    "mu",
                    "mü",
                    "what",
                    "what's",
                    "who",
                    "who's",
                    "where",
                    "when",
                    "which",
                    "how many",
                    "how much",
                    "ما",
                    "ماذا",
                    "ماهي",
                    "من",
                    "أين",
                    "متى",
                    "كم",
                    "هل"),
            List.of(
                    "nasıl",
                    "neden",
                    "niçin",
                    "niye",
                    "açıkla",
                    "karşılaştır",
                    "analiz",
                    "incele",
                    "how do",
                    "how can",
                    "how does",
                    "how should",
                    "how to",
                    "how would",
                    "why",
                    "explain",
                    "compar",
                    "analy",
                    "difference",
                    "كيف",
                    "لماذا",
                    "اشرح",
                    "قارن",
                    "المقارنة",
                    "حلل",
                    "تحليل",
                    "الفرق",
                    "فسر"),
            List.of(
                    "karşılaştır",
                    "analiz",
                    "tasarla",
                    "uygula",
                    "değerlendir",
                    "öner",
                    "strateji",
                    "planla",
                    "adım adım",
                    "compar",
                    "analy",
                    "design",
                    "implement",
                    "evaluat",
                    "recommend",
                    "strateg",
                    "step by step",
                    "قارن",
                    "حلل",
                    "تحليل",
                    "صمم",
                    "تصميم",
                    "طبق",
                    "نفذ",
                    "قيم",
                    "تقييم",
                    "اقترح",
                    "استراتيجي",
                    "خطوة بخطوة"),
            List.of(
                    "önceki",
                    "daha önce",
                    "bahsettiğ",
                    "yukarıda",
                    "previous",
                    "earlier",
                    "above",
                    "as mentioned",
                    "you mentioned",
                    "السابق",
                    "سابقا",
                    "أعلاه",
                    "ذكرت"));

    public ComplexityWords {
        factual = List.copyOf(factual);
        analytical = List.copyOf(analytical);
        multiStep = List.copyOf(multiStep);
        context = List.copyOf(context);
    }
}
