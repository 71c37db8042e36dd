// A plan as EXPLAIN prints it, as a tree; with what ANALYZE measured, bars show where the time went.

import { h } from './dom.js';
import { count, duration } from './format.js';

const DETAIL = /^([a-z][a-z ]*): (.*)$/;
const ACTUAL = /^([\d]+) rows in ([\d.]+) ms$/;

/**
 * Reads the lines.
 * @returns {{roots: object[], summary: [string, string][]}}
 */
export function parsePlan(lines) {
  const roots = [];
  const summary = [];
  const path = [];
  for (const line of lines) {
    const depth = line.match(/^ */)[0].length / 2;
    const text = line.trim();
    const detail = text.match(DETAIL);
    while (path.length && path.at(-1).depth >= depth) path.pop();
    const parent = path.at(-1);
    if (detail && !parent) summary.push([detail[1], detail[2]]);
    else if (detail) note(parent, detail[1], detail[2]);
    else {
      const [name, ...rest] = text.split(' ');
      const node = { depth, name, rest: rest.join(' '), details: [], children: [], rows: null, millis: null };
      (parent ? parent.children : roots).push(node);
      path.push(node);
    }
  }
  return { roots, summary };
}

function note(node, key, value) {
  const actual = key === 'actual' && value.match(ACTUAL);
  if (actual) Object.assign(node, { rows: Number(actual[1]), millis: Number(actual[2]) });
  else node.details.push([key, value]);
}

/** The plan as elements. */
export function planView(lines) {
  const { roots, summary } = parsePlan(lines);
  const total = Math.max(0, ...roots.map((node) => node.millis ?? 0));
  return h('div.plan', null,
    summary.length ? h('div.figures', null, summary.map(([key, value]) => h('span', null, h('small', null, key), value))) : null,
    h('ul.plan-tree', { role: 'tree' }, roots.map((node) => branch(node, total))));
}

function branch(node, total) {
  const own = node.millis === null ? 0 : Math.max(0, node.millis - node.children.reduce((sum, child) => sum + (child.millis ?? 0), 0));
  const share = total > 0 ? own / total : 0;
  const bar = h('span.plan-bar', { title: `${Math.round(share * 100)} % of the time is this node's own` });
  bar.style.setProperty('--share', `${Math.max(share * 100, share > 0 ? 1 : 0)}%`);
  return h('li', { role: 'treeitem', ariaExpanded: 'true' },
    h(`div.plan-node${share > 0.5 ? '.hot' : share > 0.2 ? '.warm' : ''}`, null,
      h('div.plan-title', null, h('b', null, node.name), h('span', null, node.rest),
        node.millis === null ? null : h('span.plan-actual', null, h('em', null, `${count(node.rows)} rows`), h('em', null, duration(node.millis)), bar)),
      node.details.length ? h('dl', null, node.details.map(([key, value]) => [h('dt', null, key), h('dd', null, value)])) : null),
    node.children.length ? h('ul', { role: 'group' }, node.children.map((child) => branch(child, total))) : null);
}
