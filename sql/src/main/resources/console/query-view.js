// The query tab: what the database holds at the left, the editor, and below it the results.

import { h, fill, $, toast } from './dom.js';
import { Session, objects } from './api.js';
import { Editor } from './editor.js';
import { Results, similarSql } from './results.js';
import { statements } from './sql-text.js';
import { catalog, onCatalog, refreshCatalog } from './catalog.js';
import { history, load, save } from './store.js';
import { count, duration, name } from './format.js';

const LIMITS = [100, 1000, 10_000, 100_000];
const CHANGES_CATALOG = /^\s*(create|drop|alter|truncate)\b/i;
const FIRST_TEXT = `-- Ctrl+Enter runs the statement at the caret.
SELECT table_schema, table_name, table_type FROM information_schema.tables ORDER BY 1, 2;
`;

export class QueryView {
  #session = new Session();
  #running = null;
  #historyAt = -1;

  constructor() {
    this.editor = new Editor(catalog, {
      onRun: () => this.run(), onRunAll: () => this.runAll(), onHistory: (step) => this.#recall(step),
      onChange: () => save('text', this.editor.value),
    });
    this.editor.value = load('text', '') || FIRST_TEXT;
    this.results = new Results({
      onSimilar: (floats, column, title) => this.#similar(floats, column, title),
      onPosition: (offset) => {
        this.editor.mark(offset);
        this.editor.text.setSelectionRange(offset, offset);
        this.editor.focus();
      },
    });
    this.schema = h('nav.schema', { ariaLabel: 'Tables' });
    onCatalog((known) => this.#paintSchema(known));
    this.limit = h('select', { ariaLabel: 'Most rows', title: 'Most rows of a result', onchange: () => save('limit', Number(this.limit.value)) },
      LIMITS.map((each) => h('option', { value: each, selected: each === load('limit', 1000) }, `${count(each)} rows`)));
    this.runButton = h('button.primary', { onclick: () => this.run(), title: 'Run the statement at the caret (Ctrl+Enter)' }, 'Run');
    this.cancelButton = h('button.danger', { onclick: () => this.cancel(), disabled: true, title: 'End what runs (Esc)' }, 'Cancel');
    const bar = h('div.toolbar', null, this.runButton, this.cancelButton,
      h('button', { onclick: () => this.runAll(), title: 'Run every statement (Ctrl+Shift+Enter)' }, 'Run all'),
      h('span.gap'),
      h('button', { onclick: () => this.explain(false), title: 'Show the plan (Ctrl+E)' }, 'Explain'),
      h('button', { onclick: () => this.explain(true), title: 'Run it and show where the time goes (Ctrl+Shift+E)' }, 'Analyze'),
      h('span.grow'), this.limit,
      h('button', { onclick: () => this.#showHistory(), title: 'Earlier statements (Ctrl+H)' }, 'History'));
    const split = h('div.splitter', { role: 'separator', ariaOrientation: 'horizontal', title: 'Drag to resize', onpointerdown: (event) => this.#drag(event) });
    this.top = h('div.query-top', null, bar, this.editor.element);
    this.top.style.height = load('editorHeight', '38%');
    this.element = h('div.query', { onkeydown: (event) => this.#key(event) }, this.schema, h('div.query-main', null, this.top, split, this.results.element));
    addEventListener('pagehide', () => this.#session.close());
  }

  shown() {
    this.editor.focus();
  }

  /** Puts a statement below what is in the editor and runs it. */
  open(sql) {
    const text = this.editor.value.trimEnd();
    const whole = text ? `${text.endsWith(';') ? text : `${text};`}\n\n${sql};\n` : `${sql};\n`;
    this.editor.value = whole;
    this.editor.text.setSelectionRange(whole.length - 2, whole.length - 2);
    this.editor.text.scrollTop = 1e9;
    this.run();
  }

  run() {
    const statement = this.editor.current();
    if (statement?.text) this.#run([statement]);
  }

  runAll() {
    this.#run(statements(this.editor.value));
  }

  explain(analyze) {
    const statement = this.editor.current();
    if (!statement?.text) return;
    const bare = statement.text.replace(/^\s*explain\s+(analyze\s+)?/i, '');
    const prefix = analyze ? 'EXPLAIN ANALYZE ' : 'EXPLAIN ';
    // A position in what runs is one in the editor, shifted.
    this.#run([{ text: prefix + bare, from: statement.from + (statement.text.length - bare.length) - prefix.length, to: statement.to, title: analyze ? 'Analyze' : 'Explain' }]);
  }

  cancel() {
    if (!this.#running) return;
    this.#running.cancelled = true;
    this.#session.cancel();
  }

  async #run(list, parameters) {
    if (this.#running) return toast('A statement runs; cancel it first');
    this.#running = { cancelled: false };
    this.#busy(true);
    this.editor.mark(null);
    this.results.clear();
    try {
      for (const statement of list) {
        if (!(await this.#one(statement, parameters)) || this.#running.cancelled) break;
      }
    } finally {
      this.#running = null;
      this.#busy(false);
    }
  }

  async #one({ text, from, title }, parameters) {
    const tab = this.results.begin(text, title);
    const started = performance.now();
    const ticker = setInterval(() => this.#tick(tab, started), 500);
    try {
      const result = await this.#session.query(text, { parameters, maxRows: Number(this.limit.value) });
      result.millis ||= performance.now() - started;
      if (result.columns.length) this.results.rows(tab, result);
      else this.results.changed(tab, result);
      if (from >= 0) history.add(text, result.millis, false);
      if (CHANGES_CATALOG.test(text)) refreshCatalog();
      return true;
    } catch (error) {
      this.results.error(tab, error, from);
      if (error.position > 0 && from >= 0) this.editor.mark(from + error.position - 1);
      if (from >= 0) history.add(text, error.millis ?? 0, true);
      return false;
    } finally {
      clearInterval(ticker);
      this.#historyAt = -1;
    }
  }

  async #tick(tab, started) {
    const elapsed = duration(performance.now() - started);
    const progress = /^\s*copy/i.test(tab.sql) ? await this.#session.progress().catch(() => null) : null;
    const done = progress?.done ? `, ${count(progress.done)}${progress.total ? ` of ${count(progress.total)}` : ''} rows` : '';
    this.results.progress(tab, `Running for ${elapsed}${done}`);
  }

  #busy(busy) {
    this.runButton.disabled = busy;
    this.cancelButton.disabled = !busy;
    document.body.classList.toggle('busy', busy);
  }

  async #similar(floats, column, title) {
    const [schema, table, field] = column.origin;
    const indexes = await objects('SELECT metric FROM system.indexes WHERE schema_name = ? AND table_name = ? AND column_name = ?', { parameters: [schema, table, field] }).catch(() => []);
    const sql = similarSql([schema, table], field, indexes[0]?.metric ?? 'cosine', 25);
    this.#run([{ text: sql, from: -1, title }], [Array.from(floats)]);
  }

  #paintSchema(known) {
    const groups = Map.groupBy(known.tables.values(), (table) => table.schema);
    const rank = (schema) => (schema === 'public' ? 0 : schema === 'system' ? 2 : schema === 'information_schema' ? 3 : 1);
    const schemas = [...groups.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    const table = (each) => {
      const shown = each.schema === 'public' ? name(each.name) : name(each.schema, each.name);
      const columns = each.columns.map((column) => h('li', null, h('button.tree-column', { onclick: () => this.editor.insert(name(column.name)), title: 'Put the name into the editor' }, column.name, h('small', null, column.type))));
      return h('details', null, h('summary', { title: 'Double click: look at its rows', ondblclick: () => this.open(`SELECT * FROM ${shown} LIMIT 100`) }, h('span', null, each.name)), h('ul', null, columns));
    };
    fill(this.schema, h('header', null, 'Tables', h('button.quiet.icon', { onclick: () => refreshCatalog(), title: 'Look again', ariaLabel: 'Look again' }, '⟳')),
      schemas.map((schema) => h('details.tree-schema', { open: rank(schema) < 2 }, h('summary', null, schema), groups.get(schema).map(table))),
      schemas.includes('public') ? null : h('p.tree-none', null, 'No tables yet. CREATE TABLE makes one.'));
  }

  #recall(step) {
    const list = history.list();
    const next = Math.max(-1, Math.min(list.length - 1, this.#historyAt + step));
    if (next === -1 || next === this.#historyAt) return;
    this.#historyAt = next;
    const statement = this.editor.current();
    this.editor.insert(list[next].sql, statement?.from ?? 0, statement?.to ?? 0);
  }

  #showHistory() {
    const dialog = $('#dialog');
    const search = h('input', { type: 'search', placeholder: 'Search', ariaLabel: 'Search', oninput: () => paint() });
    const list = h('ul.history');
    const paint = () => fill(list, history.list().filter((entry) => entry.sql.toLowerCase().includes(search.value.toLowerCase())).map((entry) => h('li', null,
      h('button', { onclick: () => { dialog.close(); this.editor.insert(`${entry.sql};\n`); } },
        h('code', null, entry.sql.slice(0, 600)), h('small', null, `${new Date(entry.at).toLocaleString()} · ${entry.failed ? 'failed' : duration(entry.millis)}`)))));
    paint();
    fill(dialog, h('header', null, h('h2', null, 'History'), search, h('button.quiet', { onclick: () => { history.clear(); paint(); } }, 'Forget all'), h('button.quiet.icon', { onclick: () => dialog.close(), ariaLabel: 'Close' }, '✕')), list);
    dialog.showModal();
    search.focus();
  }

  #drag(event) {
    event.preventDefault();
    const start = event.clientY - this.top.offsetHeight;
    const move = (moved) => {
      this.top.style.height = `${Math.max(90, Math.min(innerHeight - 180, moved.clientY - start))}px`;
    };
    const stop = () => {
      removeEventListener('pointermove', move);
      save('editorHeight', this.top.style.height);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', stop, { once: true });
  }

  #key(event) {
    const command = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape' && this.#running) this.cancel();
    else if (command && event.key.toLowerCase() === 'e') {
      event.preventDefault();
      this.explain(event.shiftKey);
    } else if (command && event.key === 'h') {
      event.preventDefault();
      this.#showHistory();
    } else if (event.key === 'F6') {
      event.preventDefault();
      if (this.editor.element.contains(document.activeElement)) this.results.focus();
      else this.editor.focus();
    }
  }
}
