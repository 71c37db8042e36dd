// How values look: numbers, sizes, times, and vectors, which come packed from the server.

const NUMBER = new Intl.NumberFormat('en-US');

export const count = (n) => (n === null || n === undefined ? '–' : NUMBER.format(n));
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

export function bytes(n) {
  if (n === null || n === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

export function duration(millis) {
  if (millis === null || millis === undefined) return '–';
  if (millis < 1) return `${millis.toFixed(2)} ms`;
  if (millis < 1000) return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(1)} s`;
  return `${Math.floor(millis / 60_000)} min ${Math.round((millis % 60_000) / 1000)} s`;
}

/** Is this the SQL type of a vector whose elements come packed? */
export const isVector = (type) => /^VECTOR\(/i.test(type) && !/BINARY/i.test(type);
export const isNumeric = (type) => /^(TINYINT|SMALLINT|INTEGER|BIGINT|REAL|DOUBLE|DECIMAL)/i.test(type);

/** The elements of a packed vector. */
export function unpack(base64) {
  const text = atob(base64);
  const raw = new Uint8Array(text.length);
  for (let i = 0; i < raw.length; i++) raw[i] = text.charCodeAt(i);
  const view = new DataView(raw.buffer);
  const floats = new Float32Array(raw.length / 4);
  for (let i = 0; i < floats.length; i++) floats[i] = view.getFloat32(i * 4, true);
  return floats;
}

const element = (value) => String(Number(value.toPrecision(7)));

/** A vector as SQL reads it. */
export const vectorText = (floats) => `[${Array.from(floats, element).join(',')}]`;

/** A vector's first elements and its dimension: `[0.12, -0.5, … 768]`. */
export function elided(base64) {
  const dimension = (base64.length / 4) * 3 / 4 - (base64.endsWith('==') ? 0.5 : base64.endsWith('=') ? 0.25 : 0);
  // Sixteen characters of base64 hold twelve bytes, three elements.
  const shown = unpack(base64.slice(0, 16));
  const head = Array.from(shown, (value) => Number(value.toPrecision(3))).join(', ');
  return dimension > 3 ? `[${head}, … ${dimension}]` : `[${head}]`;
}

/** A value as one line of text; null for NULL. */
export function cellText(value, type) {
  if (value === null || value === undefined) return null;
  if (isVector(type) && typeof value === 'string') return elided(value);
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' && /^(REAL|DOUBLE)/i.test(type) && !Number.isInteger(value)) {
    return String(Number(value.toPrecision(/^REAL/i.test(type) ? 7 : 10)));
  }
  return String(value);
}

/** A value in full. */
export function fullText(value, type) {
  if (value === null || value === undefined) return 'NULL';
  if (isVector(type) && typeof value === 'string') return vectorText(unpack(value));
  if (typeof value === 'object') return JSON.stringify(value);
  if (/^JSON/i.test(type)) {
    try {
      return JSON.stringify(JSON.parse(value), null, 2);
    } catch {
      return String(value);
    }
  }
  return String(value);
}

/** A name as SQL takes it: quoted where it must be. */
export function name(...parts) {
  return parts.map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
}
