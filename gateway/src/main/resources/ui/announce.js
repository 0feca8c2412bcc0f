// Tells a screen reader about new calls, without chattering: sums up what came, at most every half minute.

import { sumOf } from './figures.js';

const QUIET_MILLIS = 30_000;

/** Collects lines and passes one sentence about them to `say`: soon after a quiet time, else when it is over. */
export function announcement(say) {
  let lines = [];
  let timer = 0;
  let spokeAt = -Infinity;

  function speak(words) {
    timer = 0;
    spokeAt = performance.now();
    const cost = sumOf(lines.map((line) => line.provider_cost_usd ?? line.charged_cost_usd));
    say(words.text('calls.announce', { count: lines.length, cost: words.money(cost) }));
    lines = [];
  }

  return {
    add(more, words) {
      lines.push(...more);
      if (!timer) {
        timer = setTimeout(() => speak(words), Math.max(1_000, spokeAt + QUIET_MILLIS - performance.now()));
      }
    },
    end: () => clearTimeout(timer),
  };
}
