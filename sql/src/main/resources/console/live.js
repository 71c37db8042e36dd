// A view that asks again and again while it is looked at.

import { h, fill } from './dom.js';

export class LiveView {
  #timer = 0;
  #visible = false;

  /**
   * @param {number} everyMillis
   * @param {() => Promise<object>} ask
   * @param {(answer: object) => Node[]} paint
   */
  constructor(title, everyMillis, ask, paint) {
    this.every = everyMillis;
    this.ask = ask;
    this.paint = paint;
    this.state = h('span.live', { role: 'status' });
    this.body = h('div.cards');
    this.element = h('section.page', { ariaLabel: title }, h('header.page-head', null, h('h1', null, title), this.state), this.body);
    document.addEventListener('visibilitychange', () => this.#schedule(0));
  }

  shown() {
    this.#visible = true;
    this.refresh();
  }

  hidden() {
    this.#visible = false;
    clearTimeout(this.#timer);
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const answer = await this.ask();
      // What the user is using stays as it is.
      const busy = this.body.contains(document.activeElement) && document.activeElement.matches('input, select');
      if (!busy) this.#replace(this.paint(answer));
      this.state.className = 'live on';
      fill(this.state, 'live');
    } catch (error) {
      this.state.className = 'live off';
      fill(this.state, error.message);
    }
    this.#schedule(this.every);
  }

  /** Keeps what was opened open, and where the page was scrolled to. */
  #replace(nodes) {
    const open = new Set([...this.body.querySelectorAll('details[open]')].map((each) => each.dataset.key));
    const focused = document.activeElement?.dataset?.key;
    fill(this.body, nodes);
    for (const details of this.body.querySelectorAll('details')) if (open.has(details.dataset.key)) details.open = true;
    if (focused) [...this.body.querySelectorAll('[data-key]')].find((each) => each.dataset.key === focused)?.focus();
  }

  #schedule(after) {
    clearTimeout(this.#timer);
    if (this.#visible && !document.hidden) this.#timer = setTimeout(() => this.refresh(), after);
  }
}

/** A plain table. @param rows arrays of nodes or text */
export function table(titles, rows, empty) {
  if (rows.length === 0) return h('p.none', null, empty);
  return h('div.scroll', null, h('table.plain', null,
    h('thead', null, h('tr', null, titles.map((title) => h('th', null, title)))),
    h('tbody', null, rows.map((row) => h('tr', null, row.map((cell) => h(typeof cell === 'number' ? 'td.number' : 'td', null, typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)))))));
}

export const card = (title, ...content) => h('section.card', null, h('h2', null, title), ...content);
