// The days as bars, of cost, tokens or requests; and the same as a table for those who can't see or don't want bars.

import { Element, html } from './element.js';
import { lengthOf, nanosOf, sumOf } from './figures.js';

const MEASURES = ['cost', 'tokens', 'requests'];
const DARK = matchMedia('(prefers-color-scheme: dark)');
const CALM = matchMedia('(prefers-reduced-motion: reduce)');

class Bars extends Element {
  static properties = {
    words: { attribute: false },
    days: { attribute: false },
    measure: { state: true },
  };

  #chart = null;
  #resizes = null;
  #onScheme = () => this.draw();

  constructor() {
    super();
    this.measure = 'cost';
  }

  connectedCallback() {
    super.connectedCallback();
    DARK.addEventListener('change', this.#onScheme);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    DARK.removeEventListener('change', this.#onScheme);
    this.#resizes?.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
  }

  async firstUpdated() {
    // A megabyte of charts must not hold up the figures: it comes after them.
    const { init } = await import('./vendor/echarts/dist/echarts.esm.min.js');
    if (!this.isConnected) {
      return;
    }
    const plot = this.querySelector('.plot');
    this.#chart = init(plot, null, { renderer: 'svg' });
    this.#resizes = new ResizeObserver(() => this.#chart.resize());
    this.#resizes.observe(plot);
    this.draw();
  }

  updated() {
    this.draw();
  }

  render() {
    const words = this.words;
    return html`
      <div class="head">
        <h2 id="days-title">${words.text('days.title')}</h2>
        <fieldset class="choice">
          <legend class="hidden">${words.text('days.measure')}</legend>
          ${MEASURES.map((measure) => html`
            <label><input type="radio" name="measure" value=${measure} ?checked=${measure === this.measure}
              @change=${() => { this.measure = measure; }}><span>${words.text(`${measure}.title`)}</span></label>`)}
        </fieldset>
      </div>
      <div class="plot" role="img" aria-label=${this.summary()}></div>
      <details class="as-table">
        <summary>${words.text('days.table')}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${words.text('days.all')}>
          <table>
            <caption class="hidden">${words.text('days.title')}</caption>
            <thead><tr>
              <th scope="col">${words.text('day')}</th>
              ${MEASURES.map((measure) => html`<th scope="col" class="end">${words.text(`${measure}.title`)}</th>`)}
            </tr></thead>
            <tbody>${[...this.days].reverse().map((day) => html`
              <tr><th scope="row"><time datetime=${day.date}>${words.longDay(day.date)}</time></th>
                ${MEASURES.map((measure) => html`<td class="end">${this.figure(day, measure)}</td>`)}</tr>`)}</tbody>
          </table>
        </div>
      </details>`;
  }

  /** What a day comes to, in the reader's words. */
  figure(day, measure = this.measure) {
    const value = valueOf(day, measure);
    return measure === 'cost' ? this.words.money(value) : this.words.number(value);
  }

  summary() {
    const values = this.days.map((day) => valueOf(day, this.measure));
    if (values.length === 0) {
      return this.words.text('days.empty');
    }
    const money = this.measure === 'cost';
    const most = this.days.reduce((best, day) => (more(day, best, this.measure) ? day : best));
    return this.words.text('days.summary', {
      measure: this.words.text(`${this.measure}.title`),
      from: this.words.longDay(this.days[0].date),
      to: this.words.longDay(this.days.at(-1).date),
      total: money ? this.words.money(sumOf(values)) : this.words.number(values.reduce((sum, value) => sum + value, 0)),
      most: this.figure(most),
      day: this.words.longDay(most.date),
    });
  }

  draw() {
    if (!this.#chart) {
      return;
    }
    const words = this.words;
    const style = getComputedStyle(this);
    const color = (name) => style.getPropertyValue(name).trim();
    const rightToLeft = words.direction === 'rtl';
    // The drawing itself is laid out left to right (style.css), or its anchors would change sides; its texts are not.
    const written = (label) => (rightToLeft ? `\u2067${label}\u2069` : label);
    const text = { color: color('--ink-soft'), fontFamily: style.fontFamily, fontSize: 12 };
    this.#chart.setOption({
      animation: !CALM.matches,
      animationDuration: 300,
      grid: { left: 4, right: 4, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'category',
        inverse: rightToLeft,
        data: this.days.map((day) => day.date),
        axisLine: { lineStyle: { color: color('--line') } },
        axisTick: { show: false },
        axisLabel: { ...text, hideOverlap: true, formatter: (day) => written(words.shortDay(day)) },
      },
      yAxis: {
        type: 'value',
        position: rightToLeft ? 'right' : 'left',
        splitNumber: 4,
        splitLine: { lineStyle: { color: color('--line') } },
        axisLabel: { ...text, formatter: (value) => written(this.tick(value)) },
      },
      tooltip: {
        trigger: 'axis',
        // A string would be set as HTML with inline styles, which the page's security policy refuses: an element.
        formatter: ([point]) => this.tip(this.days[point.dataIndex]),
        axisPointer: { type: 'shadow', shadowStyle: { color: color('--hover') } },
        backgroundColor: color('--card'),
        borderColor: color('--line'),
        textStyle: { color: color('--ink'), fontFamily: style.fontFamily, fontSize: 13 },
        confine: true,
      },
      series: [{
        type: 'bar',
        barMaxWidth: 28,
        barMinHeight: 2,
        barCategoryGap: '28%',
        itemStyle: { color: color('--accent'), borderRadius: [3, 3, 0, 0] },
        emphasis: { itemStyle: { color: color('--accent-strong') } },
        // A day without any has no bar; a day with little has at least a line.
        data: this.days.map((day) => lengthOf(valueOf(day, this.measure)) || null),
      }],
    });
  }

  /** A mark on the axis: a round number of the scale, not a figure of the books. */
  tick(value) {
    return this.measure === 'cost' ? this.words.tick(value) : this.words.brief(value);
  }

  tip(day) {
    const tip = document.createElement('div');
    tip.className = 'tip';
    tip.dir = this.words.direction;
    const when = document.createElement('strong');
    when.textContent = this.words.longDay(day.date);
    tip.append(when);
    for (const measure of MEASURES) {
      const line = document.createElement('div');
      const name = document.createElement('span');
      name.textContent = this.words.text(`${measure}.title`);
      const value = document.createElement('span');
      value.textContent = this.figure(day, measure);
      line.append(name, value);
      tip.append(line);
    }
    return tip;
  }
}

function valueOf(day, measure) {
  switch (measure) {
    case 'tokens': return day.total_tokens;
    case 'requests': return day.calls;
    default: return day.provider_cost_usd ?? day.charged_cost_usd;
  }
}

function more(day, other, measure) {
  const [a, b] = [valueOf(day, measure), valueOf(other, measure)];
  return measure === 'cost' ? nanosOf(a) > nanosOf(b) : a > b;
}

customElements.define('mizan-bars', Bars);
