// Texts, numbers, money and times in the reader's language.

import { placesOf } from './figures.js';

/** The languages there are texts for, each by its own name. */
export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'tr', name: 'Türkçe' },
  { code: 'ar', name: 'العربية' },
];

const CHOICE = 'mizan.language';
const RIGHT_TO_LEFT = new Set(['ar']);

/** The language to show: the reader's choice, else the browser's, else what the gateway is set to. */
export function languageFor(fallback) {
  const known = new Set(LANGUAGES.map((language) => language.code));
  const wanted = [stored(), ...navigator.languages.map((tag) => tag.split('-')[0]), fallback];
  return wanted.find((code) => known.has(code)) ?? 'en';
}

/** Remembers the reader's choice in this browser. */
export function chooseLanguage(code) {
  try {
    localStorage.setItem(CHOICE, code);
  } catch {
    // A browser that keeps nothing still shows the language until the page is closed.
  }
}

function stored() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

/** Loads the words of a language. */
export async function loadWords(language, timeZone) {
  const response = await fetch(new URL(`messages.${language}.json`, import.meta.url));
  if (!response.ok) {
    throw new Error(`messages.${language}.json: ${response.status} (expected: 200)`);
  }
  return new Words(language, await response.json(), timeZone);
}

/** One language's texts and formats, in one time zone. Immutable: another zone makes another one. */
export class Words {
  #texts;
  #formats = new Map();

  constructor(language, texts, timeZone) {
    this.language = language;
    this.direction = RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
    this.timeZone = timeZone;
    // The browser's own region, if it is of this language, decides on digits and order: ar-EG, en-GB.
    this.locale = navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
    this.#texts = texts;
  }

  in(timeZone) {
    return new Words(this.language, this.#texts, timeZone);
  }

  /** The text with this key, its {names} filled in. A text with plural forms is chosen by `values.count`. */
  text(key, values = {}) {
    let text = this.#texts[key] ?? key;
    if (typeof text === 'object') {
      text = text[this.#format('plural', () => new Intl.PluralRules(this.locale)).select(values.count)] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (all, name) =>
      name === 'count' && typeof values.count === 'number' ? this.number(values.count) : (values[name] ?? all));
  }

  /** Whether there is a text with this key. */
  has(key) {
    return key in this.#texts;
  }

  number(value) {
    return this.#format('number', () => new Intl.NumberFormat(this.locale)).format(value);
  }

  /** A number in four or five characters: 1.2M. */
  brief(value) {
    return this.#format('brief', () => new Intl.NumberFormat(this.locale,
      { notation: 'compact', maximumSignificantDigits: 3 })).format(value);
  }

  /** Per mille as a percentage. */
  percent(perMille) {
    return this.#format('percent', () => new Intl.NumberFormat(this.locale,
      { style: 'percent', maximumFractionDigits: 0 })).format(perMille / 1000);
  }

  /** Dollars from a decimal string, as many places as a glance needs, or exactly `places`. */
  money(decimal, places = placesOf(decimal)) {
    return this.#dollars(places, places, decimal);
  }

  /** Dollars from a decimal string with every digit it has. */
  exactMoney(decimal) {
    return this.#dollars(2, 9, decimal);
  }

  /** Dollars for a mark on an axis. */
  tick(dollars) {
    return this.#written(this.#format('tick', () => new Intl.NumberFormat(this.locale, {
      style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', notation: 'compact',
      minimumFractionDigits: 0, maximumSignificantDigits: 3,
    })), dollars);
  }

  time(iso) {
    return this.#when('time', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, iso);
  }

  dateAndTime(iso) {
    return this.#when('dateAndTime', { dateStyle: 'medium', timeStyle: 'medium' }, iso);
  }

  /** The calendar day of a time, in the books' time zone, as 2025-11-06. */
  dayOf(iso) {
    return this.#format('dayOf', () => new Intl.DateTimeFormat('en-CA', { timeZone: this.timeZone }))
      .format(new Date(iso));
  }

  /** A day (2025-11-06) as 6 Nov. */
  shortDay(day) {
    return this.#day('shortDay', { day: 'numeric', month: 'short' }, day);
  }

  /** A day (2025-11-06) as Thursday, 6 November 2025. */
  longDay(day) {
    return this.#day('longDay', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, day);
  }

  /** Milliseconds as 840ms or 1.23s. */
  duration(millis) {
    const seconds = millis >= 1000;
    const format = this.#format(seconds ? 'seconds' : 'millis', () => new Intl.NumberFormat(this.locale, {
      style: 'unit', unit: seconds ? 'second' : 'millisecond', unitDisplay: 'narrow',
      minimumFractionDigits: seconds ? 2 : 0, maximumFractionDigits: seconds ? 2 : 0,
    }));
    return format.format(seconds ? millis / 1000 : millis);
  }

  #dollars(from, to, decimal) {
    const format = this.#format(`dollars ${from} ${to}`, () => new Intl.NumberFormat(this.locale, {
      style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: from, maximumFractionDigits: to,
    }));
    return this.#written(format, decimal);
  }

  #written(format, value) {
    if (this.direction === 'ltr') {
      return format.format(value);
    }
    // Between right-to-left letters "US$" would read "$US": it is kept together as what it is.
    return format.formatToParts(value)
      .map((part) => (part.type === 'currency' ? `\u2066${part.value}\u2069` : part.value)).join('');
  }

  #when(name, options, iso) {
    return this.#format(name, () => new Intl.DateTimeFormat(this.locale, { ...options, timeZone: this.timeZone }))
      .format(new Date(iso));
  }

  #day(name, options, day) {
    // A day has no time zone: read and written in the same one it can't slip to its neighbour.
    return this.#format(name, () => new Intl.DateTimeFormat(this.locale, { ...options, timeZone: 'UTC' }))
      .format(new Date(`${day}T00:00:00Z`));
  }

  #format(name, make) {
    let format = this.#formats.get(name);
    if (!format) {
      format = make();
      this.#formats.set(name, format);
    }
    return format;
  }
}
