// The pane below the editor: one tab for each statement that ran, with its grid, plan, count or error.

import { h, fill } from './dom.js';
import { count, duration, plural, name } from './format.js';
import { Grid } from './grid.js';
import { inspector } from './inspector.js';
import { planView } from './plan.js';
import { exportCsv, exportJson } from './export.js';

export class Results {
  #tabs = [];
  #shown = -1;

  /** @param {{onSimilar: Function, onPosition: Function}} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.strip = h('div.result-tabs', { role: 'tablist', ariaLabel: 'Results' });
    this.status = h('div.result-status', { role: 'status', ariaLive: 'polite' });
    this.pane = h('div.result-pane');
    this.element = h('section.results', { ariaLabel: 'Results' }, h('div.result-bar', null, this.strip, this.status), this.pane);
    this.#empty();
  }

  #empty() {
    const key = (...names) => names.map((each) => h('kbd', null, each));
    fill(this.pane, h('div.hint', null,
      h('p', null, key('Ctrl', 'Enter'), ' runs the statement at the caret, ', key('Ctrl', 'Shift', 'Enter'), ' all of them'),
      h('p', null, key('Tab'), ' completes, ', key('Ctrl', '↑'), ' brings earlier statements back, ', key('?'), ' lists every key')));
  }

  clear() {
    this.#tabs = [];
    this.#shown = -1;
    fill(this.strip);
    fill(this.status);
  }

  /** Adds a tab and shows it. @returns the tab, to be filled by one of the methods below */
  begin(sql, title) {
    const tab = { sql, title: title ?? `${this.#tabs.length + 1}`, view: h('div.waiting', null, h('span.spinner'), 'Running'), status: '' };
    this.#tabs.push(tab);
    this.#show(this.#tabs.length - 1);
    return tab;
  }

  progress(tab, text) {
    if (tab.done) return;
    tab.view = h('div.waiting', null, h('span.spinner'), text);
    this.#refresh(tab);
  }

  rows(tab, result) {
    tab.result = result;
    tab.done = true;
    tab.status = [
      h('span', null, plural(result.rows.length, 'row'), result.truncated ? h('em.more', null, ' and more') : null),
      result.updateCount >= 0 ? h('span', null, `${plural(result.updateCount, 'row')} changed`) : null,
      h('span', null, duration(result.millis)),
      h('button.quiet', { onclick: () => exportCsv(result), title: 'Save these rows as CSV' }, 'CSV'),
      h('button.quiet', { onclick: () => exportJson(result), title: 'Save these rows as JSON lines' }, 'JSON'),
    ];
    if (result.columns.length === 1 && result.columns[0].name === 'plan' && /^\s*explain/i.test(tab.sql)) {
      tab.status = [h('span', null, duration(result.millis)), h('button.quiet', { onclick: () => this.#togglePlan(tab) }, 'Text')];
      tab.view = planView(result.rows.map((row) => row[0]));
    } else tab.view = this.#grid(tab, result);
    this.#refresh(tab);
  }

  #togglePlan(tab) {
    const lines = tab.result.rows.map((row) => row[0]);
    tab.plain = !tab.plain;
    tab.view = tab.plain ? h('pre.plan-text', null, lines.join('\n')) : planView(lines);
    this.#refresh(tab);
  }

  #grid(tab, result) {
    if (result.rows.length === 0) return h('div.hint', null, h('p', null, 'No rows. '), h('p', null, result.columns.map((column) => h('code', null, `${column.name} ${column.type}`))));
    const side = h('div.side');
    const close = () => {
      fill(side);
      grid.element.focus();
    };
    const open = (row, column) => fill(side, inspector(result, row, column, {
      onClose: close,
      onSimilar: (floats, about, values) => this.handlers.onSimilar(floats, about, `like row ${row + 1}`, values),
    }));
    const grid = new Grid(result, open);
    grid.onSelect = (row, column) => side.childElementCount && open(row, column);
    const view = h('div.grid-area', { onkeydown: (event) => event.key === 'Escape' && side.childElementCount && close() }, grid.element, side);
    tab.focus = () => {
      grid.element.focus();
      grid.select(0, 0);
    };
    return view;
  }

  changed(tab, result) {
    tab.done = true;
    tab.status = [h('span', null, duration(result.millis))];
    const what = result.updateCount > 0 || /^\s*(insert|upsert|update|delete|copy)/i.test(tab.sql) ? `${plural(Math.max(0, result.updateCount), 'row')} changed` : 'Done';
    tab.view = h('div.outcome', null, h('span.tick', null, '✓'), what);
    this.#refresh(tab);
  }

  /** @param {number} offset of the statement in the editor's text; -1: it is not there */
  error(tab, error, offset) {
    tab.failed = true;
    tab.done = true;
    tab.status = [error.millis ? h('span', null, duration(error.millis)) : null];
    const lines = tab.sql.slice(0, Math.max(0, error.position - 1)).split('\n');
    const at = error.position > 0 ? { line: lines.length, column: lines.at(-1).length } : null;
    const source = at ? tab.sql.split('\n')[at.line - 1] : '';
    const from = Math.max(0, (at?.column ?? 0) - 60);
    tab.view = h('div.failure', { role: 'alert' },
      h('p.failure-message', null, h('code', null, error.state), error.message),
      at ? h('pre.failure-source', { onclick: () => offset >= 0 && this.handlers.onPosition(offset + error.position - 1), title: 'Show it in the editor' },
        h('span', null, `${String(at.line).padStart(3)} │ ${from ? '…' : ''}${source.slice(from, from + 120)}`), '\n',
        h('b', null, `${' '.repeat(6 + (from ? 1 : 0) + at.column - from)}^`)) : null,
      error.hint ? h('p.failure-hint', null, h('b', null, 'Hint'), error.hint) : null);
    this.#refresh(tab);
  }

  focus() {
    this.#tabs[this.#shown]?.focus?.();
  }

  #refresh(tab) {
    this.#strip();
    if (this.#tabs[this.#shown] === tab) this.#show(this.#shown);
  }

  #strip() {
    fill(this.strip, this.#tabs.length > 1 ? this.#tabs.map((tab, i) => h(`button.result-tab${tab.failed ? '.failed' : ''}`, {
      role: 'tab', ariaSelected: String(i === this.#shown), onclick: () => this.#show(i), title: tab.sql.slice(0, 400),
    }, tab.title, h('small', null, tab.result ? count(tab.result.rows.length) : tab.failed ? '!' : ''))) : null);
  }

  #show(index) {
    this.#shown = index;
    const tab = this.#tabs[index];
    this.#strip();
    fill(this.status, tab.status);
    fill(this.pane, tab.view);
  }
}

/** The statement that looks for the rows nearest to a vector, given as its first parameter. */
export function similarSql(table, column, metric, limit) {
  const operator = { l2: '<->', cosine: '<=>', ip: '<#>', inner_product: '<#>', l1: '<+>', hamming: '<~>', jaccard: '<%>' }[metric] ?? '<=>';
  return `SELECT *, ${name(column)} ${operator} ? AS distance FROM ${name(...table)} ORDER BY distance LIMIT ${limit}`;
}

