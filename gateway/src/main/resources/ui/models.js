// What each model cost this month, the dearest first.

import { html } from './element.js';
import { costField, gauge } from './cards.js';
import { lengthOf, nanosOf } from './figures.js';

const MODELS_MAX = 8;

/** The models as a table with bars, a template. `sums` is what the API says. */
export function models(words, sums) {
  const field = costField(sums.this_month);
  const sorted = [...sums.models].sort((a, b) => compare(nanosOf(b[field]), nanosOf(a[field])));
  if (sorted.length === 0) {
    return html`<p class="empty">${words.text('models.empty')}</p>`;
  }
  const most = lengthOf(sorted[0][field]) || 1;
  // The roles say again what the elements are: the rows are laid out as blocks, and some browsers then forget.
  return html`
    <table class="models" role="table">
      <caption class="hidden">${words.text('models.caption')}</caption>
      <thead class="hidden" role="rowgroup"><tr role="row">
        <th role="columnheader" scope="col">${words.text('call.model')}</th>
        <th role="columnheader" scope="col">${words.text('cost.title')}</th>
        <th role="columnheader" scope="col">${words.text('requests.title')}</th>
      </tr></thead>
      <tbody role="rowgroup">${sorted.slice(0, MODELS_MAX).map((model) => html`
        <tr role="row">
          <th role="rowheader" scope="row"><bdi>${model.model ?? words.text('models.rest')}</bdi>
            ${model.provider ? html`<small><bdi>${model.provider}</bdi></small>` : ''}</th>
          <td role="cell" class="cost"><data value=${model[field]} title=${words.exactMoney(model[field])}
            >${words.money(model[field])}</data></td>
          <td role="cell" class="share">${words.text('calls', { count: model.calls })}
            ${gauge((1000 * lengthOf(model[field])) / most)}</td>
        </tr>`)}</tbody>
    </table>
    ${sorted.length > MODELS_MAX
      ? html`<p class="note">${words.text('models.more', { count: sorted.length - MODELS_MAX })}</p>` : ''}`;
}

function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}
