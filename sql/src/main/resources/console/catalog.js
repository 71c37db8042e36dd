// What the database holds, as completion and the tables view know it. Loaded at the start and after each change.

import { info, objects } from './api.js';

const listeners = new Set();

export const catalog = {
  version: '',
  functions: [],
  /** @type {Map<string, {schema: string, name: string, system: boolean, view: boolean, columns: {name: string, type: string, nullable: boolean}[]}>} */
  tables: new Map(),
};

/** Calls back now and whenever the catalog was loaded again. */
export function onCatalog(listener) {
  listeners.add(listener);
  listener(catalog);
}

let running = null;

/** Loads it again; calls while that goes on share it. */
export function refreshCatalog() {
  running ??= load().finally(() => {
    running = null;
  });
  return running;
}

async function load() {
  const [about, columns] = await Promise.all([
    catalog.version ? null : info(),
    objects(`SELECT c.table_schema, c.table_name, t.table_type, c.column_name, c.column_type, c.is_nullable
      FROM information_schema.columns c JOIN information_schema.tables t
      ON t.table_schema = c.table_schema AND t.table_name = c.table_name
      ORDER BY c.table_schema, c.table_name, c.ordinal_position`),
  ]);
  if (about) Object.assign(catalog, { version: about.version, functions: about.functions, user: about.user });
  const tables = new Map();
  for (const row of columns) {
    const key = `${row.table_schema}.${row.table_name}`;
    if (!tables.has(key)) {
      tables.set(key, { schema: row.table_schema, name: row.table_name, system: row.table_type === 'SYSTEM TABLE', view: row.table_type === 'VIEW', columns: [] });
    }
    tables.get(key).columns.push({ name: row.column_name, type: row.column_type, nullable: row.is_nullable === 'YES' });
  }
  catalog.tables = tables;
  listeners.forEach((listener) => listener(catalog));
}
