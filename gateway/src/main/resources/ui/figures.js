// Exact figures. Money comes as decimal strings of US dollars and is never turned into a floating-point number to be
// shown: sums and ratios are made in whole nano-dollars, and Intl formats the decimal string itself.

const NANOS_DIGITS = 9;
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,9}))?$/;

/** The nano-dollars of a decimal string such as "0.008229". */
export function nanosOf(decimal) {
  const parts = DECIMAL.exec(decimal ?? '0');
  if (!parts) {
    throw new Error(`amount: '${decimal}' (expected: a decimal of at most nine places)`);
  }
  const nanos = BigInt(parts[2] + (parts[3] ?? '').padEnd(NANOS_DIGITS, '0'));
  return parts[1] ? -nanos : nanos;
}

/** The decimal string of nano-dollars, with all nine places. */
export function decimalOf(nanos) {
  const sign = nanos < 0n ? '-' : '';
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(NANOS_DIGITS + 1, '0');
  return `${sign}${digits.slice(0, -NANOS_DIGITS)}.${digits.slice(-NANOS_DIGITS)}`;
}

/** The sum of decimal strings, as one. */
export function sumOf(decimals) {
  return decimalOf(decimals.reduce((sum, decimal) => sum + nanosOf(decimal), 0n));
}

/** How many decimal places a glance at this amount needs: fewer the larger it is, all nine if it is minute. */
export function placesOf(decimal) {
  const nanos = nanosOf(decimal);
  const size = nanos < 0n ? -nanos : nanos;
  if (size === 0n || size >= 1_000_000_000n) {
    return 2;
  }
  if (size >= 10_000_000n) {
    return 4;
  }
  return size >= 1_000n ? 6 : NANOS_DIGITS;
}

/** How many decimal places these decimal strings need, at least two, to be shown whole below each other. */
export function placesOfAll(decimals) {
  return Math.max(2, ...decimals.map((decimal) => (decimal.split('.')[1] ?? '').replace(/0+$/, '').length));
}

/** The decimal string that each of `count` has of `decimal` on average, to the nearest nano-dollar; 0 of none. */
export function averageOf(decimal, count) {
  const parts = BigInt(count);
  return decimalOf(parts > 0n ? (nanosOf(decimal) + parts / 2n) / parts : 0n);
}

/** `part` in per mille of `whole`, both whole numbers; 0 if there is no whole. */
export function perMille(part, whole) {
  return whole > 0n ? Number((part * 1000n) / whole) : 0;
}

/** A length for drawing only (bars): never shown as a figure. */
export function lengthOf(decimal) {
  return Number(decimal);
}
