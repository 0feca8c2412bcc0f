// The cards of the overview: cost, requests and tokens, today and this month, against last month.

import { html, svg } from './element.js';
import { averageOf, nanosOf, perMille } from './figures.js';

/** The three cards, a template. `sums` is what the API says. */
export function cards(words, { today, this_month: month, last_month: last }) {
  const spent = costField(month);
  return html`
    <section class="cards" aria-label=${words.text('overview.figures')}>
      ${card(words, 'cost', costNote(words, month), {
        today: money(words, today[spent], 'today-cost'),
        month: money(words, month[spent], 'month-cost'),
        last: words.money(last[spent]),
        share: nanosOf(last[spent]) > 0n ? perMille(nanosOf(month[spent]), nanosOf(last[spent])) : -1,
      })}
      ${countCard(words, 'requests', 'calls', { today, month, last }, requestsNote(words, month))}
      ${countCard(words, 'tokens', 'total_tokens', { today, month, last }, tokensNote(words, month))}
    </section>`;
}

/** The name of what to show as cost: the operator's, or for those who don't see it, what they are charged. */
export function costField(sum) {
  return sum.provider_cost_usd === undefined ? 'charged_cost_usd' : 'provider_cost_usd';
}

/**
 * A bar filled by so many per mille of a whole. If that is more than the whole, the bar is full and a notch shows where
 * the whole was. The figures beside it say the same.
 */
export function gauge(share) {
  return html`
    <svg class="gauge" aria-hidden="true" width="100%" height="6">
      <rect class="track" width="100%" height="6" rx="3"/>
      <rect class="value" width="${Math.min(share / 10, 100)}%" height="6" rx="3"/>
      ${share > 1000 ? svg`<rect class="notch" x="${100_000 / share}%" width="3" height="6"/>` : ''}
    </svg>`;
}

function countCard(words, name, field, { today, month, last }, note) {
  const count = (value, id) => html`<data id=${id} value=${value}>${words.number(value)}</data>`;
  return card(words, name, note, {
    today: count(today[field], `today-${name}`),
    month: count(month[field], `month-${name}`),
    last: words.brief(last[field]),
    share: last[field] > 0 ? perMille(BigInt(month[field]), BigInt(last[field])) : -1,
  });
}

function card(words, name, note, { today, month, last, share }) {
  return html`
    <article class="card figure ${name}" aria-labelledby="${name}-title">
      <h2 id="${name}-title">${words.text(`${name}.title`)}</h2>
      <dl>
        <div class="today"><dt>${words.text('today')}</dt><dd>${today}</dd></div>
        <div class="month"><dt>${words.text('month')}</dt><dd>${month}</dd></div>
      </dl>
      ${share < 0 ? html`<p class="against">${words.text('month.first')}</p>` : html`
        ${gauge(share)}
        <p class="against">${words.text('month.against', { percent: words.percent(share), last })}</p>`}
      <p class="note">${note}</p>
    </article>`;
}

function money(words, decimal, id) {
  return html`<data id=${id} value=${decimal} title=${words.exactMoney(decimal)}>${words.money(decimal)}</data>`;
}

function costNote(words, month) {
  if (month.calls === 0) {
    return '';
  }
  const cost = month[costField(month)];
  return nanosOf(month.charged_cost_usd) === nanosOf(cost)
    ? words.text('cost.average', { amount: words.money(averageOf(cost, month.calls)) })
    : words.text('cost.charged', { amount: words.money(month.charged_cost_usd) });
}

function requestsNote(words, month) {
  if (month.calls === 0) {
    return '';
  }
  return month.failed === 0 ? words.text('requests.allwell') : words.text('requests.failed', { count: month.failed });
}

function tokensNote(words, month) {
  return month.total_tokens === 0 ? '' : words.text('tokens.split',
    { input: words.brief(month.input_tokens), output: words.brief(month.output_tokens) });
}
