// A piece of text to take along: a block of code with a button that copies it.

import { Element, html } from './element.js';
import * as icons from './icons.js';

const TOLD_MILLIS = 2_000;

class Copyable extends Element {
  static properties = {
    words: { attribute: false },
    text: { attribute: false },
    copied: { state: true },
  };

  #timer = 0;

  constructor() {
    super();
    this.copied = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  render() {
    return html`
      <pre tabindex="0" role="group" aria-label=${this.words.text('copy.text')}><code>${this.text}</code></pre>
      <button type="button" class="quiet" @click=${this.onCopy}>
        ${icons.copy}<span role="status">${this.words.text(this.copied ? 'copied' : 'copy')}</span></button>`;
  }

  async onCopy() {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      // No clipboard outside a secure context (plain HTTP from another machine): select it for the reader to copy.
      getSelection().selectAllChildren(this.querySelector('code'));
      return;
    }
    this.copied = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.copied = false; }, TOLD_MILLIS);
  }
}

customElements.define('mizan-copyable', Copyable);
