// The vector map: a sample of a vector column in the plane, coloured by another column; a click searches for the
// nearest rows of the whole table.

import { h, fill } from './dom.js';
import { objects, query } from './api.js';
import { catalog, onCatalog } from './catalog.js';
import { Scatter } from './scatter.js';
import { colour } from './colours.js';
import { similarSql } from './results.js';
import { load, save } from './store.js';
import { cellText, count, duration, isNumeric, isVector, name, plural, unpack } from './format.js';

const SAMPLES = [500, 1000, 2000, 4000];
const SHOWN_COLUMNS = 10;
const NEAREST = 12;

export class MapView {
  #worker = null;
  #sample = null;

  constructor() {
    const select = (label, onchange) => h('select', { ariaLabel: label, onchange });
    this.table = select('Vector column', () => this.load());
    this.size = select('Rows', () => this.load());
    fill(this.size, SAMPLES.map((each) => h('option', { value: each, selected: each === load('mapSize', 2000) }, `${count(each)} rows`)));
    this.way = select('Arrangement', () => this.#sample?.vectors.length && this.#layout(this.#sample.vectors, this.#sample.metric));
    fill(this.way, h('option', { value: 'near', title: 'Near vectors lie together, as UMAP does it' }, 'by neighbours'), h('option', { value: 'linear', title: 'The two directions of the largest spread (PCA)' }, 'by principal components'));
    this.colourBy = select('Colour by', () => this.#paintColours());
    this.search = h('input', { type: 'search', placeholder: 'Highlight …', ariaLabel: 'Highlight rows that hold a text', oninput: () => this.#highlight() });
    this.state = h('span.live', { role: 'status' });
    this.tip = h('div.tip', { hidden: true });
    this.legend = h('ul.legend');
    this.side = h('aside.map-side', { ariaLabel: 'Nearest rows' });
    this.scatter = new Scatter({ onHover: (index, x, y) => this.#hover(index, x, y), onClick: (index) => this.#similar(index) });
    this.scatter.labels = (i) => this.#label(i);
    this.area = h('div.map-area', null, this.scatter.canvas, this.legend, this.tip);
    this.element = h('section.page.map', { ariaLabel: 'Map' },
      h('header.page-head', null, h('h1', null, 'Map'), this.table, this.size, this.way, h('label', null, 'colour by ', this.colourBy), this.search, h('span.grow'), this.state,
        h('button', { onclick: () => this.scatter.fit(), title: 'Show all points (double click)' }, 'Fit')),
      h('div.map-body', null, this.area, this.side));
    onCatalog(() => this.#choices());
  }

  #choices() {
    const chosen = this.table.value || load('mapTable', '');
    this.columns = [];
    for (const table of catalog.tables.values()) {
      if (table.system || table.view) continue;
      for (const column of table.columns) if (isVector(column.type)) this.columns.push({ table, column, key: `${table.schema}.${table.name}.${column.name}` });
    }
    fill(this.table, this.columns.length ? this.columns.map(({ key }) => h('option', { value: key, selected: key === chosen }, key.replace(/^public\./, ''))) : h('option', { value: '' }, 'no vector columns'));
  }

  choose(table, column) {
    this.#choices();
    this.table.value = `${table.schema}.${table.name}.${column.name}`;
    this.#sample = null;
  }

  shown() {
    if (!this.#sample) this.load();
  }

  async load() {
    const of = this.columns.find(({ key }) => key === this.table.value);
    if (!of) return fill(this.state, 'A table with a vector column shows here.');
    save('mapTable', of.key);
    save('mapSize', Number(this.size.value));
    const most = Number(this.size.value);
    fill(this.state, 'reading …');
    try {
      const others = of.table.columns.filter((each) => !/^VECTOR/i.test(each.type)).slice(0, SHOWN_COLUMNS);
      const where = await this.#everyNth(of.table, most);
      const list = [of.column, ...others].map((each) => name(each.name)).join(', ');
      const sql = `SELECT ${list} FROM ${name(of.table.schema, of.table.name)} WHERE ${name(of.column.name)} IS NOT NULL${where} LIMIT ${most}`;
      const result = await query(sql, { maxRows: most, timeoutMillis: 60_000 });
      const indexes = await objects('SELECT metric FROM system.indexes WHERE schema_name = ? AND table_name = ? AND column_name = ?', { parameters: [of.table.schema, of.table.name, of.column.name] });
      this.#show(of, others, result, indexes[0]?.metric ?? 'cosine');
    } catch (error) {
      fill(this.state, error.message);
    }
  }

  /** A condition that takes rows from all over a large table, by a whole number that its rows have. */
  async #everyNth(table, most) {
    const [{ row_count: rows }] = await objects("SELECT coalesce(sum(row_count), 0) AS row_count FROM system.segments WHERE level <> 'L0' AND table_name = ?", { parameters: [`${table.schema}.${table.name}`] });
    const step = Math.floor(Number(rows) / most);
    const number = table.columns.find((each) => /^(BIGINT|INTEGER)$/i.test(each.type) && !each.nullable);
    return step > 1 && number ? ` AND MOD(${name(number.name)}, ${step}) = 0` : '';
  }

  #show(of, others, result, metric) {
    const rows = result.rows;
    const vectors = rows.map((row) => unpack(row[0]));
    this.#sample = { of, others, rows, vectors, metric };
    this.scatter.marked = [];
    this.scatter.origin = -1;
    fill(this.colourBy, h('option', { value: -1 }, 'nothing'), others.map((each, i) => h('option', { value: i, selected: each.name === load(`mapColour.${of.key}`, '') }, each.name)));
    if (this.colourBy.selectedIndex <= 0) this.colourBy.value = String(this.#goodColour());
    this.#paintColours();
    this.search.value = '';
    this.scatter.dim = null;
    fill(this.side, h('p.none', null, 'Click a point: the rows nearest to it, of the whole table, show here.'));
    if (rows.length === 0) return fill(this.state, 'The column holds no vectors yet.');
    this.#layout(vectors, metric);
  }

  /** The column with the fewest values that still tell rows apart. */
  #goodColour() {
    const { others, rows } = this.#sample;
    let best = -1;
    let fewest = Infinity;
    others.forEach((column, i) => {
      const distinct = new Set(rows.map((row) => row[i + 1])).size;
      if (distinct > 1 && distinct < fewest && distinct < rows.length / 2) [best, fewest] = [i, distinct];
    });
    return best;
  }

  #layout(vectors, metric) {
    this.#worker?.terminate();
    this.#worker = new Worker('/console/layout-worker.js');
    const dimension = vectors[0].length;
    const data = new Float32Array(vectors.length * dimension);
    vectors.forEach((vector, i) => data.set(vector, i * dimension));
    this.#worker.onmessage = ({ data: { places, done } }) => {
      this.scatter.settled = done >= 1;
      this.scatter.show(places, false);
      fill(this.state, done < 1 ? `arranging ${Math.round(done * 100)} %` : `${plural(vectors.length, 'row')}, ${dimension} dimensions`);
      this.element.dataset.done = done >= 1 ? 'yes' : 'no';
    };
    fill(this.state, 'arranging …');
    this.#worker.postMessage({ vectors: data.buffer, rows: vectors.length, dimension, cosine: metric === 'cosine', linear: this.way.value === 'linear' }, [data.buffer]);
  }

  #paintColours() {
    if (!this.#sample) return;
    const { others, rows, of } = this.#sample;
    const at = Number(this.colourBy.value);
    save(`mapColour.${of.key}`, others[at]?.name ?? '');
    const { colours, legend } = at < 0 ? { colours: rows.map(() => '#3b82f6'), legend: [] } : colour(rows.map((row) => row[at + 1]), isNumeric(others[at].type));
    this.scatter.colours = colours;
    fill(this.legend, legend.map((each) => {
      const dot = h('i');
      dot.style.background = each.colour;
      return h('li', null, dot, each.label);
    }));
    this.scatter.draw();
  }

  #highlight() {
    if (!this.#sample) return;
    const text = this.search.value.toLowerCase();
    const { rows } = this.#sample;
    this.scatter.dim = text ? rows.map((row) => row.slice(1).some((value) => value !== null && String(value).toLowerCase().includes(text))) : null;
    if (text) fill(this.state, plural(this.scatter.dim.filter(Boolean).length, 'row'));
    this.scatter.draw();
  }

  /** The first text of a row, by which people know it. */
  #label(i) {
    const { others, rows } = this.#sample;
    const at = Math.max(0, others.findIndex((each) => /^VARCHAR/i.test(each.type)));
    return String(rows[i][at + 1] ?? '');
  }

  #hover(index, x, y) {
    this.tip.hidden = index < 0;
    if (index < 0) return;
    const { others, rows } = this.#sample;
    fill(this.tip, h('dl', null, others.map((column, i) => [h('dt', null, column.name), h('dd', null, (cellText(rows[index][i + 1], column.type) ?? 'NULL').slice(0, 80))])));
    const { clientWidth: width, clientHeight: height } = this.area;
    this.tip.style.left = `${Math.min(x + 14, width - this.tip.offsetWidth - 8)}px`;
    this.tip.style.top = `${Math.min(y + 14, height - this.tip.offsetHeight - 8)}px`;
  }

  #similar(index) {
    this.#near(this.#sample.vectors[index], this.#label(index) || `row ${index + 1}`, index);
  }

  /** Searches the whole table for the rows nearest to a vector, and marks those of the sample. @param {number} index of its point; -1: it has none */
  async #near(vector, title, index) {
    const { of, others, rows, vectors, metric } = this.#sample;
    this.scatter.origin = index;
    this.scatter.marked = nearest(vectors, vector, metric, NEAREST + 1).filter((each) => each !== index);
    this.scatter.draw();
    const sql = similarSql([of.table.schema, of.table.name], of.column.name, metric, NEAREST + 1);
    try {
      const result = await query(sql, { parameters: [Array.from(vector)], timeoutMillis: 60_000 });
      const at = (column) => result.columns.findIndex((each) => each.name === column);
      const key = (row, position) => JSON.stringify(others.map((each, i) => row[position(each, i)]));
      const places = new Map(rows.map((row, i) => [key(row, (_, c) => c + 1), i]));
      const found = result.rows.map((row) => ({ row, distance: row.at(-1), vector: row[at(of.column.name)], index: places.get(key(row, (each) => at(each.name))) ?? -1 }));
      const self = found.findIndex((each) => (index >= 0 ? each.index === index : Math.abs(each.distance) < 1e-6));
      if (self >= 0) found.splice(self, 1);
      this.scatter.marked = [...new Set([...found.map((each) => each.index).filter((each) => each >= 0), ...this.scatter.marked])];
      this.scatter.draw();
      this.#list(found.slice(0, NEAREST), title, result.millis, at);
    } catch (error) {
      fill(this.side, h('p.none', null, error.message));
    }
  }

  #list(found, title, millis, at) {
    const { others } = this.#sample;
    const label = Math.max(0, others.findIndex((each) => /^VARCHAR/i.test(each.type)));
    const widest = Math.max(1e-9, ...found.map((each) => Number(each.distance)));
    fill(this.side, h('header', null, h('small', null, 'nearest to'), h('h2', null, title), h('small', null, `${plural(found.length, 'row')} in ${duration(millis)}`)),
      h('ol', null, found.map((each) => {
        const bar = h('i.near');
        bar.style.width = `${(Math.abs(each.distance) / widest) * 100}%`;
        const rest = others.filter((_, i) => i !== label).slice(0, 3).map((column) => `${column.name} ${cellText(each.row[at(column.name)], column.type) ?? 'NULL'}`).join(' · ');
        const known = others.length ? String(each.row[at(others[label].name)] ?? 'NULL') : '';
        return h('li', null, h('button', { onclick: () => this.#near(unpack(each.vector), known, each.index), title: each.index < 0 ? 'Go on from here (it is not among the points)' : 'Go on from here' },
          h('b', null, known), h('span', null, Number(each.distance).toPrecision(3)), h('small', null, rest), bar));
      })));
  }
}

/** The points nearest to a vector among those of the sample. */
function nearest(vectors, vector, metric, most) {
  const distance = (other) => {
    let square = 0;
    let dot = 0;
    let norm = 0;
    for (let i = 0; i < vector.length; i++) {
      square += (other[i] - vector[i]) ** 2;
      dot += other[i] * vector[i];
      norm += other[i] * other[i];
    }
    return metric === 'cosine' ? -dot / (Math.sqrt(norm) || 1) : metric === 'l2' ? square : -dot;
  };
  const all = vectors.map((other, i) => [distance(other), i]).sort((a, b) => a[0] - b[0]);
  return all.slice(0, most).map(([, i]) => i);
}
