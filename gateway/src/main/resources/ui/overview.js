// The overview: sums of today and this month, the days, the models, and the last calls as they come.

import { Element, html, nothing } from './element.js';
import { ApiError, follow, lastLines, overview } from './api.js';
import { lengthOf, nanosOf, perMille } from './figures.js';
import { announcement } from './announce.js';
import * as icons from './icons.js';
import './bars.js';
import './calls.js';
import './explanation.js';

const LINES_MAX = 50;
const MODELS_MAX = 8;
const REFRESH_AFTER_MILLIS = 1_000;
const RETRY_AFTER_MILLIS = 5_000;

class Overview extends Element {
  static properties = {
    words: { attribute: false },
    role: { attribute: false },
    sums: { state: true },
    lines: { state: true },
    waiting: { state: true },
    paused: { state: true },
    problem: { state: true },
    opened: { state: true },
  };

  #stop = () => {};
  #refresh = 0;
  #retry = 0;
  #arrived = new Set();

  constructor() {
    super();
    this.sums = null;
    this.lines = null;
    this.waiting = []; // lines that came while the list is paused
    this.paused = false;
    this.problem = '';
    this.opened = ''; // the id of the line whose explanation is open
  }

  connectedCallback() {
    super.connectedCallback();
    this.announce = announcement((text) => { this.querySelector('#announcement').textContent = text; });
    this.load();
    this.#stop = follow({
      onLine: (line) => this.onLine(line),
      onTotals: () => this.refreshSoon(),
      onState: (connected, again) => {
        this.dispatchEvent(new CustomEvent('live', { detail: connected }));
        if (again) {
          this.load();
        }
      },
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    this.announce.end();
    clearTimeout(this.#refresh);
    clearTimeout(this.#retry);
  }

  async load() {
    clearTimeout(this.#retry);
    await this.attempt(async () => {
      const [sums, page] = await Promise.all([overview(), lastLines(LINES_MAX)]);
      this.sums = sums;
      this.lines = page.data;
      this.waiting = [];
    });
  }

  async attempt(work) {
    try {
      await work();
      this.problem = '';
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (error.status === 401) {
        this.dispatchEvent(new CustomEvent('session-ended'));
        return;
      }
      this.problem = error.status === 0 ? this.words.text('error.unreachable') : error.message;
      this.#retry = setTimeout(() => this.load(), RETRY_AFTER_MILLIS);
    }
  }

  onLine(line) {
    if (!this.lines || [...this.lines, ...this.waiting].some((known) => known.id === line.id)) {
      return;
    }
    if (this.paused) {
      this.waiting = [line, ...this.waiting].slice(0, LINES_MAX);
    } else {
      this.#arrived.add(line.id);
      this.lines = [line, ...this.lines].slice(0, LINES_MAX);
    }
    this.announce.add(line, this.words);
    this.refreshSoon();
  }

  /** Fetches the sums again, at most once in a while however many lines come. */
  refreshSoon() {
    if (this.#refresh) {
      return;
    }
    this.#refresh = setTimeout(async () => {
      await this.attempt(async () => { this.sums = await overview(); });
      this.#refresh = 0;
    }, REFRESH_AFTER_MILLIS);
  }

  onPause() {
    this.paused = !this.paused;
    if (!this.paused) {
      this.lines = [...this.waiting, ...this.lines].slice(0, LINES_MAX);
      this.waiting = [];
    }
  }

  render() {
    const words = this.words;
    const sums = this.sums;
    return html`
      <div class="title">
        <h1 tabindex="-1">${words.text('overview.title')}</h1>
        <p>${this.role === 'admin' ? '' : html`${words.text('overview.own')} · `}
          ${sums ? html`${words.longDay(words.dayOf(new Date().toISOString()))} · <bdi>${sums.time_zone}</bdi>` : ''}</p>
      </div>
      ${this.problem ? html`<p class="problem" role="alert">${icons.warning}
        <span>${this.problem} ${words.text('error.retrying')}</span></p>` : ''}
      <p id="announcement" class="hidden" role="status" aria-live="polite"></p>
      ${sums ? this.renderSums() : html`<p class="loading" aria-busy="true">${words.text('loading')}</p>`}
      ${this.lines ? this.renderCalls() : ''}
      <mizan-explanation .words=${words} .line=${this.opened}
        @closed=${() => { this.opened = ''; }}></mizan-explanation>`;
  }

  renderSums() {
    const { today, this_month: month, last_month: last } = this.sums;
    return html`
      <section class="cards" aria-label=${this.words.text('overview.figures')}>
        ${this.renderCost(today, month, last)}
        ${this.renderCount('requests', 'calls', today, month, last,
          month.failed ? this.words.text('requests.failed', { count: month.failed }) : this.words.text('requests.allwell'))}
        ${this.renderCount('tokens', 'total_tokens', today, month, last, this.words.text('tokens.split',
          { input: this.words.brief(month.input_tokens), output: this.words.brief(month.output_tokens) }))}
      </section>
      <div class="columns">
        <section class="card" aria-labelledby="days-title">
          <mizan-bars .words=${this.words} .days=${this.sums.days}></mizan-bars>
        </section>
        <section class="card" aria-labelledby="models-title">
          <h2 id="models-title">${this.words.text('models.title')}</h2>
          ${this.renderModels()}
        </section>
      </div>`;
  }

  renderCost(today, month, last) {
    const spent = costField(month);
    const charged = month.charged_cost_usd ?? month[spent];
    const note = spent === 'provider_cost_usd' && charged !== month[spent]
      ? this.words.text('cost.charged', { amount: this.words.money(charged) }) : '';
    return this.renderCard('cost', note, {
      today: this.money(today[spent], 'today-cost'),
      month: this.money(month[spent], 'month-cost'),
      last: this.words.money(last[spent]),
      share: perMille(nanosOf(month[spent]), nanosOf(last[spent])),
    });
  }

  renderCount(name, field, today, month, last, note) {
    return this.renderCard(name, note, {
      today: this.count(today[field], `today-${name}`),
      month: this.count(month[field], `month-${name}`),
      last: this.words.brief(last[field]),
      share: perMille(BigInt(month[field]), BigInt(last[field])),
    });
  }

  renderCard(name, note, { today, month, last, share }) {
    const words = this.words;
    return html`
      <article class="card figure ${name}" aria-labelledby="${name}-title">
        <h2 id="${name}-title">${words.text(`${name}.title`)}</h2>
        <dl>
          <div class="today"><dt>${words.text('today')}</dt><dd>${today}</dd></div>
          <div class="month"><dt>${words.text('month')}</dt><dd>${month}</dd></div>
        </dl>
        ${share > 0 ? html`
          <svg class="gauge ${share > 1000 ? 'over' : ''}" aria-hidden="true" width="100%" height="6">
            <rect class="track" width="100%" height="6" rx="3"/>
            <rect class="value" width="${Math.min(share / 10, 100)}%" height="6" rx="3"/>
          </svg>
          <p class="against">${words.text('month.against', { percent: words.percent(share), last })}</p>`
          : html`<p class="against">${words.text('month.first')}</p>`}
        <p class="note">${note}</p>
      </article>`;
  }

  money(decimal, id) {
    return html`<data id=${id} value=${decimal} title=${this.words.exactMoney(decimal)}>${this.words.money(decimal)}</data>`;
  }

  count(value, id) {
    return html`<data id=${id} value=${value}>${this.words.number(value)}</data>`;
  }

  renderModels() {
    const words = this.words;
    const field = costField(this.sums.this_month);
    const models = [...this.sums.models].sort((a, b) => (nanosOf(b[field]) > nanosOf(a[field]) ? 1 : -1));
    if (models.length === 0) {
      return html`<p class="empty">${words.text('models.empty')}</p>`;
    }
    const most = lengthOf(models[0][field]) || 1;
    return html`
      <table class="models">
        <caption class="hidden">${words.text('models.caption')}</caption>
        <thead class="hidden"><tr>
          <th scope="col">${words.text('call.model')}</th>
          <th scope="col">${words.text('requests.title')}</th>
          <th scope="col">${words.text('cost.title')}</th>
        </tr></thead>
        <tbody>${models.slice(0, MODELS_MAX).map((model) => html`
          <tr>
            <th scope="row"><bdi>${model.model}</bdi><small><bdi>${model.provider}</bdi></small></th>
            <td class="calls">${words.text('calls', { count: model.calls })}</td>
            <td class="cost"><data value=${model[field]} title=${words.exactMoney(model[field])}
              >${words.money(model[field])}</data>
              <svg class="gauge" aria-hidden="true" width="100%" height="4">
                <rect class="track" width="100%" height="4" rx="2"/>
                <rect class="value" width="${(100 * lengthOf(model[field])) / most}%" height="4" rx="2"/>
              </svg></td>
          </tr>`)}</tbody>
      </table>
      ${models.length > MODELS_MAX
        ? html`<p class="note">${words.text('models.more', { count: models.length - MODELS_MAX })}</p>` : nothing}`;
  }

  renderCalls() {
    const words = this.words;
    return html`
      <section class="card" aria-labelledby="calls-title">
        <div class="head">
          <h2 id="calls-title">${words.text('calls.title')}</h2>
          ${this.waiting.length ? html`<span class="waiting">
            ${words.text('calls.waiting', { count: this.waiting.length })}</span>` : ''}
          <button type="button" class="quiet" aria-pressed=${this.paused} @click=${this.onPause}>
            ${this.paused ? icons.play : icons.pause}<span>${words.text('calls.pause')}</span></button>
        </div>
        <mizan-calls .words=${words} .lines=${this.lines} .arrived=${this.#arrived}
          @explain=${(event) => { this.opened = event.detail; }}></mizan-calls>
      </section>`;
  }
}

/** What to show as cost: the operator's, or to those who don't see it, what they are charged. */
function costField(sum) {
  return sum.provider_cost_usd === undefined ? 'charged_cost_usd' : 'provider_cost_usd';
}

customElements.define('mizan-overview', Overview);
