package dev.mizan.alert;

/** Turkish endings of numbers: they follow the last sound of the number as it is spoken. */
final class TurkishNumber {
    /** "In the … of it" for 0 to 9: sıfır, bir, iki, üç, dört, beş, altı, yedi, sekiz, dokuz. */
    private static final String[] ONES = {
        "ında", "inde", "sinde", "ünde", "ünde", "inde", "sında", "sinde", "inde", "unda"
    };

    /** The same for 10 to 90: on, yirmi, otuz, kırk, elli, altmış, yetmiş, seksen, doksan. */
    private static final String[] TENS = {"", "unda", "sinde", "unda", "ında", "sinde", "ında", "inde", "inde", "ında"};

    private static final String HUNDREDS = "ünde";
    private static final String THOUSANDS = "inde";

    private TurkishNumber() {}

    /** {@code number} with the ending of "at … of": {@code 90'ında}, {@code 70'inde}; {@code number} ≥ 0. */
    static String at(int number) {
        return number + "'" + ending(number);
    }

    private static String ending(int number) {
        if (number % 10 != 0 || number == 0) {
            return ONES[number % 10];
        }
        if (number % 100 != 0) {
            return TENS[number / 10 % 10];
        }
        return number % 1000 != 0 ? HUNDREDS : THOUSANDS;
    }
}
