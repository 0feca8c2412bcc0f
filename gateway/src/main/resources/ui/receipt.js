// The receipt of one call: quantity × price = cost for each component, and where the price and the usage come from.

import { html } from './element.js';
import { nanosOf, placesOfAll } from './figures.js';

/** The explanation of a call as a template; `explained` is what the API says. */
export function receipt(words, explained) {
  const { line } = explained;
  return html`
    <p class="total"><data id="explained-cost" value=${explained.total_cost_usd}
      >${words.exactMoney(explained.total_cost_usd)}</data></p>
    <p class="about"><bdi>${line.alias || line.model}</bdi> · <time datetime=${line.time}
      >${words.dateAndTime(line.time)}</time> · <span class="chip ${line.status}"
      >${words.text(`status.${line.status}`)}</span></p>
    ${explained.unpriced_reason
      ? html`<p class="notice">${words.text('explain.unpriced', { reason: explained.unpriced_reason })}</p>`
      : components(words, explained)}
    <h3>${words.text('explain.price')}</h3>
    ${priceFacts(words, explained)}
    <h3>${words.text('explain.call')}</h3>
    ${callFacts(words, line)}
    ${explained.attempts?.length ? attempts(words, explained.attempts) : ''}`;
}

/** The other lines of the same call: what was tried before, each with its own cost. */
function attempts(words, lines) {
  return html`
    <h3>${words.text('explain.others')}</h3>
    <ul class="attempts">${lines.map((line) => html`
      <li><span><bdi>${line.deployment || line.provider}</bdi>
        ${line.error_code ? html`<small>${code(line.error_code)}</small>` : ''}</span>
        <span class="chip ${line.status}">${words.text(`status.${line.status}`)}</span>
        <data value=${costOf(line)}>${words.exactMoney(costOf(line))}</data></li>`)}</ul>`;
}

function costOf(line) {
  return line.provider_cost_usd ?? line.charged_cost_usd;
}

function components(words, explained) {
  if (explained.components.length === 0) {
    const free = nanosOf(explained.total_cost_usd) === 0n;
    return html`<p class="notice">${words.text(free ? 'explain.free' : 'explain.agreed')}</p>`;
  }
  const total = explained.total_cost_usd;
  const places = placesOfAll([total, ...explained.components.map((component) => component.cost_usd)]);
  return html`
    <table class="receipt" role="table">
      <caption class="hidden">${words.text('explain.title')}</caption>
      <thead><tr>
        <th scope="col">${words.text('explain.component')}</th>
        <th scope="col" class="end">${words.text('explain.quantity')}</th>
        <th scope="col" class="end">${words.text('cost.title')}</th>
      </tr></thead>
      <tbody>${explained.components.map((component) => html`
        <tr>
          <th scope="row">${nameOf(words, component.name)}</th>
          <td class="end"><data value=${component.quantity}>${words.number(component.quantity)}</data> ×
            ${words.text('explain.per',
              { price: words.exactMoney(component.price_usd), count: component.per })}</td>
          <td class="end"><data value=${component.cost_usd}>${words.money(component.cost_usd, places)}</data></td>
        </tr>`)}</tbody>
      <tfoot><tr>
        <th scope="row" colspan="2">${words.text('explain.total')}</th>
        <td class="end"><data value=${total}>${words.money(total, places)}</data></td>
      </tr></tfoot>
    </table>`;
}

function priceFacts(words, explained) {
  const { total_cost_usd: total, uncached_cost_usd: uncached } = explained;
  return facts([
    [words.text('explain.card'), code(explained.price_card)],
    [words.text('explain.source'), bare(explained.source)],
    [words.text('explain.from'), explained.effective_from && words.longDay(explained.effective_from)],
    [words.text('explain.asof'), explained.as_of && words.longDay(explained.as_of)],
    [words.text('explain.tier'), explained.price_card && (explained.tier || words.text('explain.tier.base'))],
    [words.text('explain.uncached'), uncached && uncached !== total && words.exactMoney(uncached)],
    [words.text('explain.counted'), words.text(`usage.${explained.line.usage_source}`)],
  ]);
}

function callFacts(words, line) {
  return facts([
    [words.text('explain.id'), code(line.id)],
    [words.text('explain.charged'), words.exactMoney(line.charged_cost_usd)],
    [words.text('explain.overage'), nanosOf(line.overage_usd ?? '0') !== 0n && words.exactMoney(line.overage_usd)],
    [words.text('explain.provider'), bare(line.provider)],
    [words.text('explain.deployment'), bare(line.deployment)],
    [words.text('explain.upstream'), bare(line.model)],
    [words.text('explain.attempts'), words.number(line.attempts)],
    [words.text('call.duration'), words.duration(line.duration_ms)],
    // Of an answer that came whole, the first token came with the last: neither says anything.
    [words.text('explain.first'), line.streaming && line.first_token_ms !== null
      && words.duration(line.first_token_ms)],
    [words.text('explain.speed'), line.streaming && line.tokens_per_second > 0
      && words.text('explain.speed.unit', { count: line.tokens_per_second })],
    [words.text('explain.cache'), bare(line.cache)],
    [words.text('explain.tenant'), bare(line.tenant)],
    [words.text('call.caller'), bare(line.user)],
    [words.text('explain.key'), bare(line.key)],
    [words.text('explain.error'), line.error_code && html`${code(line.error_code)} (${line.http_status})`],
  ]);
}

/** A list of named facts; those that say nothing are left out. */
function facts(pairs) {
  return html`<dl class="facts">${pairs.filter(([, value]) => value).map(([name, value]) => html`
    <dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

const code = (text) => (text ? html`<bdi class="code">${text}</bdi>` : null);
const bare = (text) => (text ? html`<bdi>${text}</bdi>` : null);

function nameOf(words, name) {
  return words.has(`unit.${name}`) ? words.text(`unit.${name}`) : html`<bdi>${name}</bdi>`;
}
