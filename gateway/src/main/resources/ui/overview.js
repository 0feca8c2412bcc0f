// The overview: sums of today and this month, the days, the models, and the last calls as they come.

import { Element, html } from './element.js';
import { ApiError, follow, lastCalls, overview } from './api.js';
import { announcement } from './announce.js';
import { cards } from './cards.js';
import { models } from './models.js';
import * as icons from './icons.js';
import './bars.js';
import './calls.js';
import './explanation.js';

const LINES_MAX = 50;
const GATHER_MILLIS = 200; // a busy gateway sends more lines than a screen should be drawn
const REFRESH_AFTER_MILLIS = 1_500;
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
  #gathered = [];
  #gather = 0;
  #refresh = 0;
  #retry = 0;
  #arrived = new Set();

  constructor() {
    super();
    this.sums = null;
    this.lines = null;
    this.waiting = []; // lines that came while the list is paused
    this.paused = false;
    this.problem = null;
    this.opened = ''; // the id of the line whose explanation is open
  }

  connectedCallback() {
    super.connectedCallback();
    this.announce = announcement((text) => { this.querySelector('#announcement').textContent = text; });
    this.load();
    this.#stop = follow({
      onLine: (line) => this.onLine(line),
      onTotals: () => this.refreshSoon(),
      onState: (connected) => {
        this.dispatchEvent(new CustomEvent('live', { detail: connected }));
        if (connected) {
          this.load(); // a line may have been written since the list was fetched
        }
      },
      onRefused: () => this.load(), // which finds out why
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    this.announce.end();
    [this.#gather, this.#refresh, this.#retry].forEach(clearTimeout);
  }

  async load() {
    clearTimeout(this.#retry);
    await this.attempt(async () => {
      const [sums, page] = await Promise.all([overview(), lastCalls(LINES_MAX)]);
      this.sums = sums;
      const missed = this.receive(page.data);
      if (missed.length > 0) {
        this.announce.add(missed, this.words);
      }
    });
  }

  async attempt(work) {
    try {
      await work();
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (!this.isConnected) {
        return;
      }
      if (error.status === 401) {
        this.dispatchEvent(new CustomEvent('session-ended'));
        return;
      }
      this.problem = error;
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.load(), RETRY_AFTER_MILLIS);
    }
  }

  onLine(line) {
    // Attempts and corrections count in the sums, and are shown with their call.
    if (line.kind === 'call') {
      this.#gathered.unshift(line);
      this.#gather ||= setTimeout(() => this.showGathered(), GATHER_MILLIS);
    }
    this.refreshSoon();
  }

  showGathered() {
    this.#gather = 0;
    if (this.lines) {
      const gathered = this.#gathered;
      this.#gathered = [];
      const fresh = this.receive(gathered);
      if (fresh.length > 0) {
        this.announce.add(fresh, this.words);
      }
    } else {
      this.#gather = setTimeout(() => this.showGathered(), GATHER_MILLIS); // after the list that is being fetched
    }
  }

  /** Takes lines in, those that are known already too, and returns the others. */
  receive(lines) {
    if (!this.lines) {
      this.lines = newest(lines, []);
      return [];
    }
    const known = new Set([...this.lines, ...this.waiting].map((line) => line.id));
    const fresh = lines.filter((line) => !known.has(line.id));
    if (this.paused) {
      this.waiting = newest(fresh, this.waiting);
    } else if (fresh.length > 0) {
      this.show(fresh);
    }
    return fresh;
  }

  show(fresh) {
    this.lines = newest(fresh, this.lines);
    this.#arrived = new Set(fresh.map((line) => line.id));
  }

  /** Fetches the sums again, at most once in a while however many lines come. */
  refreshSoon() {
    this.#refresh ||= setTimeout(async () => {
      await this.attempt(async () => { this.sums = await overview(); });
      this.#refresh = 0;
    }, REFRESH_AFTER_MILLIS);
  }

  onPause() {
    this.paused = !this.paused;
    if (!this.paused) {
      this.show(this.waiting);
      this.waiting = [];
    }
  }

  render() {
    const { words, sums } = this;
    return html`
      <div class="title">
        <h1 tabindex="-1">${words.text('overview.title')}</h1>
        <p>${this.role === 'admin' ? '' : html`${words.text('overview.own')} · `}
          ${sums ? html`${words.longDay(sums.date)} · <bdi>${sums.time_zone}</bdi>` : ''}</p>
      </div>
      ${this.problem ? this.renderProblem(this.problem) : ''}
      <p id="announcement" class="hidden" role="status" aria-live="polite"></p>
      ${sums ? cards(words, sums) : ''}
      ${sums && sums.this_month.calls + sums.last_month.calls > 0 ? this.renderColumns() : ''}
      ${this.lines ? this.renderCalls() : html`<p class="loading" aria-busy="true">${words.text('loading')}</p>`}
      <mizan-explanation .words=${words} .line=${this.opened}
        @closed=${() => { this.opened = ''; }}></mizan-explanation>`;
  }

  renderProblem(problem) {
    const words = this.words;
    return html`<p class="problem" role="alert">${icons.warning}<span>
      ${problem.status === 0 ? words.text('error.unreachable')
        : html`${words.text('error.answer', { status: problem.status })} <bdi>${problem.message}</bdi>`}
      ${words.text('error.retrying')}</span></p>`;
  }

  renderColumns() {
    const { words, sums } = this;
    return html`
      <div class="columns">
        <section class="card" aria-labelledby="days-title">
          <mizan-bars .words=${words} .days=${sums.days}></mizan-bars>
        </section>
        <section class="card" aria-labelledby="models-title">
          <h2 id="models-title">${words.text('models.title')}</h2>
          ${models(words, sums)}
        </section>
      </div>`;
  }

  renderCalls() {
    const words = this.words;
    return html`
      <section class="card last" aria-labelledby="calls-title">
        <div class="head">
          <h2 id="calls-title">${words.text('calls.title')}</h2>
          ${this.waiting.length ? html`<span class="waiting">
            ${words.text('calls.waiting', { count: this.waiting.length })}</span>` : ''}
          ${this.lines.length === 0 ? '' : html`
            <button type="button" class="quiet" aria-pressed=${this.paused} @click=${this.onPause}>
              ${this.paused ? icons.play : icons.pause}<span>${words.text('calls.pause')}</span></button>`}
        </div>
        <mizan-calls .words=${words} .lines=${this.lines} .arrived=${this.#arrived}
          @explain=${(event) => { this.opened = event.detail; }}></mizan-calls>
      </section>`;
  }
}

/** The newest of both, newest first. */
function newest(lines, more) {
  return [...lines, ...more].sort((a, b) => Date.parse(b.time) - Date.parse(a.time)).slice(0, LINES_MAX);
}

customElements.define('mizan-overview', Overview);
