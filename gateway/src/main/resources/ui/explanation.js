// How the cost of one call comes about: a panel beside the page.

import { Element, html } from './element.js';
import { ApiError, explain } from './api.js';
import * as icons from './icons.js';
import { receipt } from './receipt.js';

class Explanation extends Element {
  static properties = {
    words: { attribute: false },
    line: { attribute: false }, // the id of the line to explain; empty: closed
    explained: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.line = '';
    this.explained = null;
    this.problem = '';
  }

  updated(changed) {
    if (!changed.has('line')) {
      return;
    }
    const dialog = this.querySelector('dialog');
    if (this.line) {
      this.load(this.line);
      if (!dialog.open) {
        // Modal: the browser keeps the focus inside, closes on Escape, and gives the focus back to the call.
        dialog.showModal();
      }
    } else if (dialog.open) {
      dialog.close();
    }
  }

  async load(id) {
    this.explained = null;
    this.problem = '';
    try {
      const explained = await explain(id);
      if (this.line === id) {
        this.explained = explained;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      this.problem = error.status === 0 ? this.words.text('error.unreachable') : error.message;
    }
  }

  render() {
    const words = this.words;
    return html`
      <dialog class="panel" aria-labelledby="explanation-title"
          @close=${() => this.dispatchEvent(new CustomEvent('closed'))} @click=${this.onClick}>
        <div class="inside">
          <div class="head">
            <h2 id="explanation-title">${words.text('explain.title')}</h2>
            <button type="button" class="quiet" aria-label=${words.text('close')} @click=${this.onClose}>
              ${icons.close}</button>
          </div>
          ${this.problem ? html`<p class="problem" role="alert">${icons.warning}<span>${this.problem}</span></p>` : ''}
          ${this.explained ? receipt(this.words, this.explained) : ''}
          ${this.explained || this.problem ? ''
            : html`<p class="loading" aria-busy="true">${words.text('loading')}</p>`}
        </div>
      </dialog>`;
  }

  onClose() {
    this.querySelector('dialog').close();
  }

  /** A click beside the panel closes it. */
  onClick(event) {
    if (event.target === event.currentTarget) {
      this.onClose();
    }
  }
}

customElements.define('mizan-explanation', Explanation);
