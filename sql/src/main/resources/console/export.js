// A result as a file: CSV (RFC 4180) or JSON.

import { download } from './dom.js';
import { fullText, isVector, unpack } from './format.js';

const CHUNK = 5000;

/** Builds the parts in pieces, so that a large result does not hold the page up. */
async function parts(rows, line) {
  const made = [];
  for (let from = 0; from < rows.length; from += CHUNK) {
    made.push(rows.slice(from, from + CHUNK).map(line).join(''));
    await new Promise((resume) => setTimeout(resume));
  }
  return made;
}

const quoted = (text) => (/[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text);

export async function exportCsv({ columns, rows }) {
  const line = (row) => `${row.map((value, i) => (value === null ? '' : quoted(fullText(value, columns[i].type)))).join(',')}\r\n`;
  const head = `${columns.map((column) => quoted(column.name)).join(',')}\r\n`;
  download('result.csv', 'text/csv', [head, ...(await parts(rows, line))]);
}

export async function exportJson({ columns, rows }) {
  const value = (each, type) => (isVector(type) && typeof each === 'string' ? Array.from(unpack(each), (x) => Number(x.toPrecision(7))) : each);
  const line = (row) => `${JSON.stringify(Object.fromEntries(columns.map((column, i) => [column.name, value(row[i], column.type)])))}\n`;
  download('result.jsonl', 'application/x-ndjson', await parts(rows, line));
}
