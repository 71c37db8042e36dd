// What is stored: tables with their rows, sizes, columns, segments, and how far their indexes are built.

import { h, meter, toast } from './dom.js';
import { objects } from './api.js';
import { catalog, refreshCatalog } from './catalog.js';
import { LiveView, table } from './live.js';
import { bytes, count, plural, name, isVector } from './format.js';

export function tablesView(openSql, openMap) {
  const ask = async () => {
    const [segments, indexes, loads] = await Promise.all([
      objects('SELECT table_name, segment_id, level, state, row_count, bytes FROM system.segments ORDER BY table_name, segment_id'),
      objects('SELECT * FROM system.indexes'),
      objects('SELECT * FROM system.loads'),
      refreshCatalog(),
    ]);
    return { segments, indexes, loads };
  };
  return new LiveView('Tables', 3000, ask, ({ segments, indexes, loads }) => {
    const own = [...catalog.tables.values()].filter((each) => !each.system);
    if (own.length === 0) return [h('p.none', null, 'There are no tables yet. ', h('button.link', { onclick: () => openSql('CREATE TABLE film (id BIGINT PRIMARY KEY, title VARCHAR, plot VECTOR(3))') }, 'Create one'))];
    return own.map((each) => {
      if (each.view) return viewCard(each, openSql);
      const key = `${each.schema}.${each.name}`;
      return tableCard(each, {
        segments: segments.filter((segment) => segment.table_name === key),
        indexes: indexes.filter((index) => index.schema_name === each.schema && index.table_name === each.name),
        load: loads.find((load) => load.table_name === key),
      }, openSql, openMap);
    });
  });
}

function viewCard(each, openSql) {
  const key = `${each.schema}.${each.name}`;
  return h('section.card', null,
    h('header.card-head', null, h('div', null, h('h2', null, each.schema === 'public' ? each.name : key), h('p.facts', null, h('span.pill', null, 'view'))),
      h('div.actions', null, h('button.quiet', { data: { key: `${key}/Rows` }, onclick: () => openSql(`SELECT * FROM ${name(each.schema, each.name)} LIMIT 100`) }, 'Rows'))),
    h('details', { data: { key: `${key}/columns` } }, h('summary', null, plural(each.columns.length, 'column')),
      table(['Column', 'Type', 'NULL'], each.columns.map((column) => [column.name, h('code', null, column.type), column.nullable ? 'yes' : 'no']), '')));
}

function tableCard(each, { segments, indexes, load }, openSql, openMap) {
  const sql = name(each.schema, each.name);
  const key = `${each.schema}.${each.name}`;
  const data = segments.filter((segment) => segment.level !== 'L0');
  const rows = data.reduce((sum, segment) => sum + segment.row_count, 0);
  const size = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const vectors = each.columns.filter((column) => /^VECTOR/i.test(column.type));
  const missing = vectors.filter((column) => !indexes.some((index) => index.column_name === column.name));
  const action = (label, title, run) => h('button.quiet', { title, onclick: run, data: { key: `${key}/${label}` } }, label);
  return h('section.card', null,
    h('header.card-head', null,
      h('div', null, h('h2', null, each.schema === 'public' ? each.name : key),
        h('p.facts', null, h('span', { title: 'Rows written to segments, replaced and deleted ones included' }, `~${plural(rows, 'row')}`), h('span', null, bytes(size)), h('span', null, plural(data.length, 'segment')), load ? h(`span.pill.${load.state}`, { title: 'In the memory of query nodes' }, load.state === 'loaded' ? 'loaded' : `${load.state} ${load.percent} %`) : h('span.pill', { title: 'Is loaded when it is first read' }, 'not loaded'))),
      h('div.actions', null, action('Rows', 'Look at its rows', () => openSql(`SELECT * FROM ${sql} LIMIT 100`)), action('Count', 'Count its rows', () => openSql(`SELECT count(*) FROM ${sql}`)),
        vectors.some((column) => isVector(column.type)) ? action('Map', 'See its vectors as a map', () => openMap(each, vectors[0])) : null,
        action('Flush', 'Write its rows to files now, so that indexes are built over them', () => flush(sql)))),
    indexes.map((index) => h('div.index', null, h('b', null, index.index_name), h('code', null, `${index.type} (${index.column_name}${index.metric ? ` ${index.metric}` : ''})`),
      index.flushed_rows === 0 ? h('small', null, 'nothing flushed yet') : meter(index.indexed_rows / index.flushed_rows, `${count(index.indexed_rows)} of ${count(index.flushed_rows)} rows indexed`))),
    missing.filter(() => rows > 5000).map((column) => h('div.advice', null, h('span', null, `Searches by ${column.name} compare every row. `), h('button.link', { data: { key: `${key}/index` }, onclick: () => openSql(`CREATE INDEX ${name(`${each.name}_${column.name}`)} ON ${sql} USING hnsw (${name(column.name)} vector_cosine_ops)`) }, 'Create an index'))),
    h('details', { data: { key: `${key}/columns` } }, h('summary', null, plural(each.columns.length, 'column')),
      table(['Column', 'Type', 'NULL'], each.columns.map((column) => [column.name, h('code', null, column.type), column.nullable ? 'yes' : 'no']), '')),
    h('details', { data: { key: `${key}/segments` } }, h('summary', null, plural(segments.length, 'segment file')),
      table(['Segment', 'Level', 'State', 'Rows', 'Size'], segments.map((segment) => [segment.segment_id, segment.level, h(`span.pill.${segment.state}`, null, segment.state), segment.row_count, bytes(segment.bytes)]), 'None yet: rows are still in the log.')));
}

async function flush(sql) {
  toast('Flushing …');
  try {
    await objects(`FLUSH ${sql}`, { timeoutMillis: 120_000 });
    toast('Flushed');
  } catch (error) {
    toast(error.message);
  }
}
