// One value in full, beside the grid: text, JSON, or a vector with its shape and its neighbours.

import { h, copy, colourOf } from './dom.js';
import { fullText, isVector, unpack, vectorText, cellText } from './format.js';

/**
 * @param {(floats: Float32Array, column: object, row: Array) => void} onSimilar looks for rows like this one
 */
export function inspector(result, row, column, { onClose, onSimilar }) {
  const { columns, rows } = result;
  const about = columns[column];
  const value = rows[row][column];
  const vector = isVector(about.type) && typeof value === 'string';
  const body = vector ? vectorBody(unpack(value), about, rows[row], onSimilar) : h('pre.inspector-text', null, fullText(value, about.type));
  return h('aside.inspector', { ariaLabel: 'Value' },
    h('header', null, h('div', null, h('b', null, about.name), h('small', null, `${about.type} · row ${row + 1}`)),
      h('button.quiet', { onclick: () => copy(fullText(value, about.type)), title: 'Copy the whole value' }, 'Copy'),
      h('button.quiet.icon', { onclick: onClose, ariaLabel: 'Close', title: 'Close (Esc)' }, '✕')),
    body,
    h('dl.inspector-row', null, columns.map((each, i) => i === column ? null : [h('dt', null, each.name), h('dd', null, cellText(rows[row][i], each.type) ?? 'NULL')])));
}

function vectorBody(floats, column, row, onSimilar) {
  let norm = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const each of floats) {
    norm += each * each;
    least = Math.min(least, each);
    most = Math.max(most, each);
  }
  const figure = (label, number) => h('span', null, h('small', null, label), number.toPrecision(4));
  const text = vectorText(floats);
  return h('div.inspector-vector', null,
    h('div.figures', null, h('span', null, h('small', null, 'dimension'), floats.length), figure('norm', Math.sqrt(norm)), figure('min', least), figure('max', most)),
    bars(floats),
    column.origin.length === 3 ? h('button.primary', { onclick: () => onSimilar(floats, column, row) }, 'More like this') : null,
    h('pre.inspector-text', null, text.length > 4000 ? `${text.slice(0, 4000)} …` : text));
}

/** The elements as bars around zero. */
function bars(floats) {
  const canvas = h('canvas.bars', { width: 640, height: 120, role: 'img', ariaLabel: 'Elements of the vector' });
  const draw = () => {
    const context = canvas.getContext('2d');
    const [above, below] = [colourOf('--accent'), colourOf('--negative')];
    const most = Math.max(1e-12, ...floats.map(Math.abs));
    const width = canvas.width / floats.length;
    context.clearRect(0, 0, canvas.width, canvas.height);
    floats.forEach((each, i) => {
      const height = (Math.abs(each) / most) * (canvas.height / 2 - 2);
      context.fillStyle = each < 0 ? below : above;
      context.fillRect(i * width, each < 0 ? canvas.height / 2 : canvas.height / 2 - height, Math.max(0.6, width - (width > 3 ? 1 : 0)), height);
    });
  };
  requestAnimationFrame(draw);
  return canvas;
}
