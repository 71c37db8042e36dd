// The page: its views, which of them is shown, the theme, and the keys that work everywhere.

import { h, fill, $ } from './dom.js';
import { refreshCatalog, onCatalog } from './catalog.js';
import { QueryView } from './query-view.js';
import { tablesView } from './tables-view.js';
import { activityView } from './activity-view.js';
import { clusterView } from './cluster-view.js';
import { MapView } from './map-view.js';
import { load, save } from './store.js';
import { start as startLogin } from './login.js';

const KEYS = [
  ['Ctrl Enter', 'run the statement at the caret, or the selection'],
  ['Ctrl Shift Enter', 'run all statements'],
  ['Ctrl E', 'explain; with Shift: run and measure'],
  ['Esc', 'cancel what runs; close what is open'],
  ['Tab', 'complete (Ctrl Space anywhere)'],
  ['Ctrl ↑ ↓', 'earlier and later statements'],
  ['Ctrl H', 'search the history'],
  ['Ctrl /', 'comment out'],
  ['F6', 'from the editor to the results and back'],
  ['← ↑ → ↓', 'move in a result; Enter opens a value, Ctrl C copies it'],
  ['Alt 1 … 5', 'Query, Tables, Activity, Cluster, Map'],
  ['Alt L', 'light or dark'],
];

const query = new QueryView();
const map = new MapView();
const openSql = (sql) => {
  location.hash = 'query';
  show('query');
  query.open(sql);
};
const views = {
  query: ['Query', query],
  tables: ['Tables', tablesView(openSql, (table, column) => {
    map.choose(table, column);
    location.hash = 'map';
  })],
  activity: ['Activity', activityView()],
  cluster: ['Cluster', clusterView()],
  map: ['Map', map],
};
let shown = null;

function show(name) {
  if (shown === name) return;
  if (shown) {
    views[shown][1].hidden?.();
    views[shown][1].element.hidden = true;
  }
  shown = name;
  views[name][1].element.hidden = false;
  for (const tab of document.querySelectorAll('.tabs a')) tab.ariaCurrent = tab.hash === `#${name}` ? 'page' : null;
  document.title = `${views[name][0]} · Elanus`;
  views[name][1].shown?.();
}

const fromAddress = () => show(Object.hasOwn(views, location.hash.slice(1)) ? location.hash.slice(1) : 'query');

function theme(chosen) {
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}

function toggleTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = document.documentElement.dataset.theme ?? (dark ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  save('theme', next);
  theme(next);
  map.scatter.draw();
}

function help() {
  const dialog = $('#dialog');
  fill(dialog, h('header', null, h('h2', null, 'Keys'), h('span.grow'), h('button.quiet.icon', { onclick: () => dialog.close(), ariaLabel: 'Close' }, '✕')),
    h('dl.keys', null, KEYS.map(([keys, what]) => [h('dt', null, keys.split(' ').map((key) => (key === '…' ? ' … ' : h('kbd', null, key)))), h('dd', null, what)])));
  dialog.showModal();
}

function onKey(event) {
  const typing = event.target.matches('input, textarea, select');
  if (event.altKey && /^[1-5]$/.test(event.key)) {
    event.preventDefault();
    location.hash = Object.keys(views)[Number(event.key) - 1];
  } else if (event.altKey && event.key === 'l') {
    event.preventDefault();
    toggleTheme();
  } else if (event.key === '?' && !typing && !event.ctrlKey) help();
}

theme(load('theme', null));
fill($('.tabs'), Object.entries(views).map(([name, [title]], i) => h('a', { href: `#${name}`, title: `Alt+${i + 1}` }, title)));
fill($('main'), Object.values(views).map(([, view]) => {
  view.element.hidden = true;
  return view.element;
}));
$('#theme').addEventListener('click', toggleTheme);
$('#help').addEventListener('click', help);
$('#dialog').addEventListener('click', (event) => event.target === event.currentTarget && event.currentTarget.close());
addEventListener('hashchange', fromAddress);
addEventListener('keydown', onKey);
onCatalog((catalog) => catalog.version && fill($('#server'), h('i.dot'), `${location.host} · ${catalog.version}`));
startLogin().catch(() => {});
refreshCatalog().catch((error) => fill($('#server'), h('i.dot.off'), error.message));
fromAddress();
document.documentElement.dataset.ready = 'yes';
