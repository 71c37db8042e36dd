// What may be written at a place of a SQL text, best first.

import { tokens, KEYWORDS, TYPES } from './sql-text.js';
import { name } from './format.js';

const TABLE_AFTER = new Set(['from', 'join', 'into', 'update', 'table', 'describe', 'flush', 'compact', 'load', 'release', 'copy', 'upsert', 'on']);
const MOST = 60;

/** Words that begin a statement, and what follows them often. */
const STARTS = ['SELECT', 'INSERT INTO', 'UPSERT INTO', 'UPDATE', 'DELETE FROM', 'CREATE TABLE', 'CREATE INDEX', 'EXPLAIN', 'EXPLAIN ANALYZE', 'COPY', 'FLUSH', 'COMPACT', 'LOAD TABLE', 'SET', 'SHOW', 'WITH', 'DROP TABLE', 'ALTER TABLE'];

/**
 * @param {string} statement the text around the caret
 * @param {number} offset of the caret in it
 * @returns {{from: number, items: {text: string, kind: string, detail: string}[]}}
 */
export function complete(statement, offset, catalog) {
  const before = tokens(statement.slice(0, offset));
  const last = before.at(-1);
  if (last && (last.kind === 'comment' || (last.kind === 'string' && !/^[eE]?'.*'$/s.test(last.text)))) return { from: offset, items: [] };
  const typing = last && ['word', 'keyword', 'type', 'quoted'].includes(last.kind);
  const prefix = typing ? last.text.replace(/^"/, '').toLowerCase() : '';
  const from = typing ? last.from : offset;
  const earlier = (typing ? before.slice(0, -1) : before).filter((token) => token.kind !== 'space' && token.kind !== 'comment');
  return { from, items: rank(candidates(statement, earlier, catalog), prefix) };
}

function candidates(statement, earlier, catalog) {
  const previous = earlier.at(-1);
  if (!previous) return STARTS.map((text) => ({ text, kind: 'keyword', detail: '' }));
  if (previous.text === '.') return afterDot(statement, earlier.at(-2)?.text ?? '', catalog);
  const word = previous.text.toLowerCase();
  if (TABLE_AFTER.has(word) && !(word === 'on' && mentions(statement, 'join'))) return tables(catalog);
  if (word === ',' && lastKeyword(earlier) === 'from') return tables(catalog);
  return [...columns(statement, catalog), ...functions(catalog), ...keywords()];
}

const mentions = (statement, word) => tokens(statement).some((token) => token.text.toLowerCase() === word);
const lastKeyword = (list) => list.findLast((token) => token.kind === 'keyword')?.text.toLowerCase();

function tables(catalog) {
  const all = [...catalog.tables.values()].map((table) => ({
    text: table.schema === 'public' ? name(table.name) : name(table.schema, table.name),
    kind: 'table',
    detail: table.system ? 'system' : `${table.columns.length} columns`,
    weight: table.system ? 1 : 0,
  }));
  return all;
}

/** The tables that a statement names, with their aliases. */
function used(statement, catalog) {
  const found = [];
  const list = tokens(statement).filter((token) => token.kind !== 'space' && token.kind !== 'comment');
  const plain = (token) => token.text.replace(/^"|"$/g, '').replaceAll('""', '"');
  for (let i = 0; i < list.length; i++) {
    if (!['word', 'quoted'].includes(list[i].kind)) continue;
    const qualified = list[i + 1]?.text === '.' && list[i + 2];
    const table = catalog.tables.get(qualified ? `${plain(list[i])}.${plain(list[i + 2])}` : `public.${plain(list[i])}`);
    if (!table) continue;
    let next = qualified ? i + 3 : i + 1;
    if (list[next]?.text.toLowerCase() === 'as') next++;
    const alias = ['word', 'quoted'].includes(list[next]?.kind) ? plain(list[next]) : table.name;
    found.push({ table, alias });
    if (qualified) i += 2;
  }
  return found;
}

function afterDot(statement, owner, catalog) {
  const plain = owner.replace(/^"|"$/g, '');
  const aliased = used(statement, catalog).find(({ alias, table }) => alias === plain || table.name === plain);
  if (aliased) return aliased.table.columns.map((column) => ({ text: name(column.name), kind: 'column', detail: column.type }));
  return [...catalog.tables.values()]
    .filter((table) => table.schema === plain)
    .map((table) => ({ text: name(table.name), kind: 'table', detail: `${table.columns.length} columns` }));
}

function columns(statement, catalog) {
  const named = used(statement, catalog);
  const seen = new Map();
  for (const { table, alias } of named) {
    for (const column of table.columns) {
      if (!seen.has(column.name)) seen.set(column.name, { text: name(column.name), kind: 'column', detail: column.type, weight: -2 });
    }
    if (named.length > 1) seen.set(`${alias}.`, { text: name(alias), kind: 'table', detail: table.name, weight: -1 });
  }
  return [...seen.values()];
}

const functions = (catalog) => catalog.functions.map((text) => ({ text: text.toLowerCase(), kind: 'function', detail: 'function', weight: 2 }));
const keywords = () => [...KEYWORDS, ...TYPES].map((text) => ({ text: text.toUpperCase(), kind: 'keyword', detail: '', weight: 1 }));

/** Those that begin with the prefix come before those that hold it. */
function rank(items, prefix) {
  const scored = [];
  for (const item of items) {
    const lower = item.text.replaceAll('"', '').toLowerCase();
    const starts = lower.startsWith(prefix) || lower.split('.').at(-1).startsWith(prefix);
    if (!starts && !(prefix.length > 1 && lower.includes(prefix))) continue;
    if (lower === prefix) continue;
    scored.push({ item, score: (starts ? 0 : 100) + (item.weight ?? 0) * 10 + Math.min(9, lower.length / 10) });
  }
  scored.sort((a, b) => a.score - b.score || a.item.text.localeCompare(b.item.text));
  const seen = new Set();
  return scored
    .map(({ item }) => item)
    .filter((item) => !seen.has(item.text.toLowerCase()) && seen.add(item.text.toLowerCase()))
    .slice(0, MOST);
}
