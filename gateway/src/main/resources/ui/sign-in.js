// Signing in with the master key or a user's key.

import { Element, html } from './element.js';
import { signIn } from './api.js';
import * as icons from './icons.js';

class SignIn extends Element {
  static properties = {
    words: { attribute: false },
    notice: { attribute: false },
    error: { state: true },
    busy: { state: true },
    shown: { state: true },
  };

  constructor() {
    super();
    this.notice = '';
    this.error = '';
    this.busy = false;
    this.shown = false;
  }

  firstUpdated() {
    this.querySelector('#key').focus();
  }

  async onSubmit(event) {
    event.preventDefault();
    const input = this.querySelector('#key');
    const key = input.value.trim();
    if (!key) {
      this.fail(this.words.text('signin.empty'));
      return;
    }
    this.busy = true;
    try {
      await signIn(key);
      input.value = '';
      this.dispatchEvent(new CustomEvent('signed-in'));
    } catch (error) {
      this.fail(this.reason(error));
    } finally {
      this.busy = false;
    }
  }

  fail(reason) {
    this.error = reason;
    const input = this.querySelector('#key');
    input.focus();
    input.select();
  }

  reason(error) {
    switch (error.status) {
      case 0: return this.words.text('error.unreachable');
      case 401:
      case 403: return this.words.text('signin.wrong');
      case 429: return this.words.text('signin.slow', { count: Math.max(1, error.retryAfterSeconds) });
      default: return error.message;
    }
  }

  render() {
    const words = this.words;
    return html`
      <form class="sign-in" novalidate @submit=${this.onSubmit}>
        <div class="mark">${icons.scales}</div>
        <h1>${words.text('signin.title')}</h1>
        <p class="lead">${words.text('signin.lead')}</p>
        ${this.notice && !this.error ? html`<p class="notice" role="status">${this.notice}</p>` : ''}
        <input type="text" name="username" autocomplete="username" value="mizan" hidden>
        <label for="key">${words.text('signin.key')}</label>
        <div class="secret">
          <input id="key" name="key" type=${this.shown ? 'text' : 'password'} dir="ltr" autocomplete="current-password"
            autocapitalize="none" spellcheck="false" required aria-describedby="key-help key-error"
            aria-invalid=${this.error ? 'true' : 'false'}>
          <button type="button" class="quiet" aria-pressed=${this.shown} @click=${() => { this.shown = !this.shown; }}>
            ${words.text('signin.show')}</button>
        </div>
        <p class="help" id="key-help">${words.text('signin.help')}</p>
        <p class="error" id="key-error" role="alert">${this.error}</p>
        <button class="primary" ?disabled=${this.busy}>${words.text(this.busy ? 'signin.busy' : 'signin.do')}</button>
      </form>`;
  }
}

customElements.define('mizan-sign-in', SignIn);
