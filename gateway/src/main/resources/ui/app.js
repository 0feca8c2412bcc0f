// The page: who is signed in, in which language, and what is shown.

import { Element, html } from './element.js';
import { session, signOut } from './api.js';
import { LANGUAGES, chooseLanguage, languageFor, loadWords } from './words.js';
import * as icons from './icons.js';
import './sign-in.js';
import './overview.js';

const LIVE_STATES = { true: 'live.on', false: 'live.off' };

class App extends Element {
  static properties = {
    words: { attribute: false },
    session: { attribute: false },
    live: { attribute: false },
    notice: { attribute: false },
  };

  constructor() {
    super();
    this.words = null; // null until the texts are loaded
    this.session = null; // null if nobody is signed in
    this.live = null; // null until the live connection was tried
    this.notice = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.start();
  }

  async start() {
    const found = await session().catch(() => null);
    await this.speak(languageFor(found?.language), found?.time_zone);
    this.session = found;
  }

  async speak(language, timeZone = this.words?.timeZone) {
    const words = await loadWords(language, timeZone);
    document.documentElement.lang = language;
    document.documentElement.dir = words.direction;
    this.words = words;
  }

  async onSignedIn() {
    const found = await session();
    this.notice = '';
    this.live = null;
    this.words = this.words.in(found.time_zone);
    this.session = found;
    await this.updateComplete;
    this.querySelector('h1')?.focus();
  }

  async onSignOut() {
    await signOut(this.session.csrf).catch(() => {});
    this.session = null;
  }

  onSessionEnded() {
    this.notice = this.words.text('signin.ended');
    this.session = null;
  }

  updated() {
    if (this.words) {
      document.title = this.session ? `${this.words.text('overview.title')} · Mizan` : 'Mizan';
    }
  }

  render() {
    const words = this.words;
    if (!words) {
      return html`<p class="loading" aria-busy="true"></p>`;
    }
    return html`
      <a class="skip" href="#main" @click=${this.skip}>${words.text('skip')}</a>
      <header class="bar">
        <span class="brand">${icons.scales}<span>Mizan</span></span>
        <span class="spring"></span>
        ${this.session && this.live !== null ? this.renderLive() : ''}
        <label class="language">
          <span class="hidden">${words.text('language')}</span>
          <select @change=${(event) => this.onLanguage(event.target.value)}>
            ${LANGUAGES.map(({ code, name }) => html`
              <option value=${code} lang=${code} ?selected=${code === words.language}>${name}</option>`)}
          </select>
        </label>
        ${this.session ? this.renderAccount() : ''}
      </header>
      <main id="main" tabindex="-1">
        ${this.session
          ? html`<mizan-overview .words=${words} .role=${this.session.role}
              @session-ended=${this.onSessionEnded} @live=${(event) => { this.live = event.detail; }}></mizan-overview>`
          : html`<mizan-sign-in .words=${words} .notice=${this.notice}
              @signed-in=${this.onSignedIn}></mizan-sign-in>`}
      </main>`;
  }

  renderLive() {
    return html`<span class="live ${this.live ? 'on' : 'off'}" role="status">
      <span class="dot" aria-hidden="true"></span>${this.words.text(LIVE_STATES[this.live])}</span>`;
  }

  renderAccount() {
    const { role, key_alias: alias } = this.session;
    return html`
      <span class="who">${role === 'admin' ? this.words.text('role.admin') : html`<bdi>${alias}</bdi>`}</span>
      <button type="button" class="quiet" @click=${this.onSignOut}>
        ${icons.leave}<span>${this.words.text('signout')}</span></button>`;
  }

  skip(event) {
    event.preventDefault();
    document.getElementById('main').focus();
  }

  onLanguage(language) {
    chooseLanguage(language);
    this.speak(language);
  }
}

customElements.define('mizan-app', App);
