// The last calls, newest first. Each opens its explanation.

import { Element, html } from './element.js';
import { repeat } from './vendor/lit-html/directives/repeat.js';
import { placesOf } from './figures.js';
import './copyable.js';

const COST_PLACES = 6; // the same for all, so that the points stand below each other; more only for minute amounts

class Calls extends Element {
  static properties = {
    words: { attribute: false },
    lines: { attribute: false },
    arrived: { attribute: false }, // ids of lines that came while the page was open
  };

  render() {
    const words = this.words;
    if (this.lines.length === 0) {
      return this.renderEmpty();
    }
    // The roles say again what the elements are: a phone lays the rows out as blocks, and some browsers then forget.
    return html`
      <table class="calls" role="table" @keydown=${this.onKey}>
        <caption class="hidden">${words.text('calls.caption')}</caption>
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col">${words.text('call.time')}</th>
          <th role="columnheader" scope="col">${words.text('call.model')}</th>
          <th role="columnheader" scope="col">${words.text('call.caller')}</th>
          <th role="columnheader" scope="col" class="end">${words.text('tokens.title')}</th>
          <th role="columnheader" scope="col" class="end">${words.text('call.duration')}</th>
          <th role="columnheader" scope="col">${words.text('call.status')}</th>
          <th role="columnheader" scope="col" class="end">${words.text('cost.title')}</th>
        </tr></thead>
        <tbody role="rowgroup">${repeat(this.lines, (line) => line.id, (line) => this.renderLine(line))}</tbody>
      </table>`;
  }

  renderLine(line) {
    const words = this.words;
    const cost = line.provider_cost_usd ?? line.charged_cost_usd;
    const model = line.alias || line.model;
    const caller = line.user || line.end_user || line.team || line.tenant || line.key;
    const today = words.dayOf(line.time) === words.dayOf(new Date().toISOString());
    const when = today ? words.time(line.time) : `${words.shortDay(words.dayOf(line.time))} ${words.time(line.time)}`;
    return html`
      <tr role="row" class=${this.arrived.has(line.id) ? 'new' : ''} data-id=${line.id}
          @click=${() => this.open(line.id)}>
        <td role="cell" class="time"><button type="button" class="link" aria-haspopup="dialog"
          aria-label=${words.text('call.explain', { time: words.dateAndTime(line.time), model })}
          ><time datetime=${line.time}>${when}</time></button></td>
        <td role="cell" class="model"><bdi>${model}</bdi>
          ${line.model && line.model !== line.alias ? html`<small><bdi>${line.model}</bdi></small>` : ''}</td>
        <td role="cell" class="caller"><bdi>${caller}</bdi></td>
        <td role="cell" class="tokens end">${this.renderTokens(line)}</td>
        <td role="cell" class="duration end">${words.duration(line.duration_ms)}</td>
        <td role="cell" class="status"><span class="chip ${line.status}"
          >${words.text(`status.${line.status}`)}</span></td>
        <td role="cell" class="cost end"><data value=${cost} title=${words.exactMoney(cost)}
          >${words.money(cost, Math.max(COST_PLACES, placesOf(cost)))}</data></td>
      </tr>`;
  }

  renderTokens(line) {
    const words = this.words;
    return html`<span class="hidden">${words.text('tokens.in')} </span>${words.number(line.input_tokens)}
      <span class="arrow" aria-hidden="true">→</span><span class="hidden">, ${words.text('tokens.out')} </span>
      ${words.number(line.output_tokens)}`;
  }

  renderEmpty() {
    const command = [
      `curl ${location.origin}/v1/chat/completions \\`,
      '  -H "Authorization: Bearer $MIZAN_KEY" -H "Content-Type: application/json" \\',
      `  -d '{"model":"MODEL","messages":[{"role":"user","content":"Hello"}]}'`,
    ].join('\n');
    return html`
      <div class="empty">
        <p>${this.words.text('calls.empty')}</p>
        <mizan-copyable dir="ltr" .words=${this.words} .text=${command}></mizan-copyable>
        <p class="help">${this.words.text('calls.empty.help')}</p>
      </div>`;
  }

  open(id) {
    this.dispatchEvent(new CustomEvent('explain', { detail: id }));
  }

  /** Up and down go from call to call, as in any list; Tab does too. */
  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches('button.link')) {
      return;
    }
    const buttons = [...this.querySelectorAll('button.link')];
    const next = buttons[buttons.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
}

customElements.define('mizan-calls', Calls);
