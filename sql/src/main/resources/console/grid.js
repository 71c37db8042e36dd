// The result grid. Only the rows in sight are in the document, so a hundred thousand scroll as ten do.

import { h, fill, copy } from './dom.js';
import { cellText, fullText, isNumeric, isVector } from './format.js';

const ROW = 28;
const MARGIN = 10;
const SAMPLE = 200;
const WIDEST = 420;
const NARROWEST = 56;
/** Browsers lay out no more than about 17 million pixels. */
const TALLEST = 15_000_000;

export class Grid {
  #selected = { row: -1, column: -1 };
  #frame = 0;
  #measure = document.createElement('canvas').getContext('2d');

  /** @param {(row: number, column: number) => void} onOpen the user wants to see a value in full */
  constructor(result, onOpen) {
    this.result = result;
    this.onOpen = onOpen;
    this.#measure.font = '13px ui-monospace, monospace';
    this.widths = result.columns.map((column, i) => this.#width(column, i));
    this.numbers = 24 + String(result.rows.length).length * 8;
    this.head = h('div.grid-head', { role: 'row' });
    this.body = h('div.grid-body', { role: 'presentation' });
    this.element = h('div.grid', {
      tabIndex: 0, role: 'grid', ariaLabel: 'Result', ariaRowCount: result.rows.length + 1,
      onscroll: () => this.#schedule(), onkeydown: (event) => this.#key(event),
      onclick: (event) => this.#click(event), ondblclick: () => this.#open(),
    }, this.head, this.body);
    this.#header();
    new ResizeObserver(() => this.#schedule()).observe(this.element);
    this.paint();
  }

  #width(column, index) {
    let widest = Math.max(this.#measure.measureText(column.name).width, this.#measure.measureText(column.type).width * 0.8);
    for (const row of this.result.rows.slice(0, SAMPLE)) {
      const text = cellText(row[index], column.type) ?? 'NULL';
      widest = Math.max(widest, this.#measure.measureText(text.slice(0, 80)).width);
    }
    return Math.round(Math.min(WIDEST, Math.max(NARROWEST, widest + 26)));
  }

  #header() {
    fill(this.head, h('div.grid-number', { role: 'presentation' }), this.result.columns.map((column, i) => {
      const handle = h('span.grid-handle', { onpointerdown: (event) => this.#resize(event, i) });
      const cell = h('div.grid-title', { role: 'columnheader', title: `${column.name} ${column.type}` }, h('b', null, column.name), h('small', null, column.type), handle);
      cell.style.width = `${this.widths[i]}px`;
      return cell;
    }));
    this.head.firstChild.style.width = `${this.numbers}px`;
    const width = this.widths.reduce((sum, each) => sum + each, this.numbers);
    this.head.style.width = this.body.style.width = `${width}px`;
  }

  #resize(event, column) {
    event.preventDefault();
    const start = event.clientX - this.widths[column];
    const move = (moved) => {
      this.widths[column] = Math.max(NARROWEST, moved.clientX - start);
      this.#header();
      this.paint();
    };
    const stop = () => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', stop);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', stop);
  }

  #schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.paint());
  }

  /** Puts the rows in sight into the document. */
  paint() {
    const { rows, columns } = this.result;
    const natural = rows.length * ROW;
    const height = Math.min(natural, TALLEST);
    const scale = natural / Math.max(height, 1);
    this.body.style.height = `${height}px`;
    const seen = Math.ceil((this.element.clientHeight || 600) / ROW);
    const first = Math.max(0, Math.floor((this.element.scrollTop * scale) / ROW) - MARGIN);
    const last = Math.min(rows.length, first + seen + 2 * MARGIN);
    const shift = this.element.scrollTop - (this.element.scrollTop * scale) % ROW - Math.min(MARGIN, Math.floor((this.element.scrollTop * scale) / ROW)) * ROW;
    const painted = [];
    for (let r = first; r < last; r++) {
      const line = h(`div.grid-row${r % 2 ? '.odd' : ''}`, { role: 'row', data: { row: r } }, h('div.grid-number', null, r + 1), columns.map((column, c) => this.#cell(rows[r][c], column, r, c)));
      line.firstChild.style.width = `${this.numbers}px`;
      line.style.transform = `translateY(${scale === 1 ? r * ROW : shift + (r - first) * ROW}px)`;
      painted.push(line);
    }
    fill(this.body, painted);
  }

  #cell(value, column, r, c) {
    const text = cellText(value, column.type);
    const kind = text === null ? '.null' : isNumeric(column.type) ? '.number' : typeof value === 'boolean' ? '.bool' : '';
    const chosen = this.#selected.row === r && this.#selected.column === c ? '.chosen' : '';
    const cell = h(`div.grid-cell${kind}${chosen}`, { role: 'gridcell', data: { column: c } }, text === null ? 'NULL' : text.length > 300 ? `${text.slice(0, 300)}…` : text);
    cell.style.width = `${this.widths[c]}px`;
    return cell;
  }

  #click(event) {
    const cell = event.target.closest('.grid-cell');
    if (!cell) return;
    this.select(Number(cell.parentElement.dataset.row), Number(cell.dataset.column));
    // What does not fit its cell opens at once.
    if (cell.scrollWidth > cell.clientWidth || isVector(this.result.columns[this.#selected.column].type)) this.#open();
  }

  select(row, column) {
    const { rows, columns } = this.result;
    if (rows.length === 0) return;
    this.#selected = { row: Math.max(0, Math.min(rows.length - 1, row)), column: Math.max(0, Math.min(columns.length - 1, column)) };
    const top = this.#selected.row * ROW;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + 2 * ROW + 44 > scrollTop + clientHeight) this.element.scrollTop = top + 2 * ROW + 44 - clientHeight;
    const left = this.widths.slice(0, this.#selected.column).reduce((sum, each) => sum + each, 0);
    if (left < this.element.scrollLeft) this.element.scrollLeft = left;
    else if (left + this.widths[this.#selected.column] + this.numbers > this.element.scrollLeft + this.element.clientWidth) {
      this.element.scrollLeft = left + this.widths[this.#selected.column] + this.numbers - this.element.clientWidth;
    }
    this.#mark();
    this.onSelect?.(this.#selected.row, this.#selected.column);
  }

  /** Moves the mark without painting, so that a double click hits one and the same cell. */
  #mark() {
    for (const cell of this.body.querySelectorAll('.chosen')) cell.classList.remove('chosen');
    const line = this.body.querySelector(`[data-row="${this.#selected.row}"]`);
    line?.querySelector(`[data-column="${this.#selected.column}"]`)?.classList.add('chosen');
  }

  #open() {
    if (this.#selected.row >= 0) this.onOpen(this.#selected.row, this.#selected.column);
  }

  #key(event) {
    const { row, column } = this.#selected;
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 2);
    const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageDown: [page, 0], PageUp: [-page, 0], Home: [0, -1e9], End: [0, 1e9] };
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && row >= 0 && !String(getSelection())) {
      event.preventDefault();
      copy(fullText(this.result.rows[row][column], this.result.columns[column].type));
    } else if (moves[event.key]) {
      event.preventDefault();
      const [down, right] = moves[event.key];
      this.select(row < 0 ? 0 : event.ctrlKey && event.key === 'Home' ? 0 : event.ctrlKey && event.key === 'End' ? 1e9 : row + down, (row < 0 ? 0 : column) + right);
    } else if (event.key === 'Enter') this.#open();
  }
}
