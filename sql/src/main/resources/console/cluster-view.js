// Who does what: nodes by role, and each channel's way from the log over a data node to the query nodes that serve it.

import { h } from './dom.js';
import { objects } from './api.js';
import { LiveView, table, card } from './live.js';
import { count, duration, plural } from './format.js';

const ROLES = [
  ['proxy', 'Proxies', 'answer clients'],
  ['rootcoord', 'Root coordinator', 'time, names, DDL'],
  ['datacoord', 'Data coordinator', 'segments, channels'],
  ['querycoord', 'Query coordinator', 'who serves what'],
  ['indexcoord', 'Index coordinator', 'index builds'],
  ['datanode', 'Data nodes', 'write segments'],
  ['querynode', 'Query nodes', 'search'],
  ['indexnode', 'Index nodes', 'build indexes'],
];
/** Rows that were not written to files for this long are worth a look. */
const LATE_MILLIS = 15 * 60_000;

export function clusterView() {
  const ask = async () => {
    const [nodes, channels, replicas, segments] = await Promise.all([
      objects('SELECT * FROM system.nodes'),
      objects('SELECT * FROM system.channels ORDER BY table_name, vchannel'),
      objects('SELECT * FROM system.replicas ORDER BY table_name, vchannel'),
      objects('SELECT vchannel, state, count(*) AS segments, sum(row_count) AS row_count FROM system.segments GROUP BY vchannel, state'),
    ]);
    return { nodes, channels, replicas, segments };
  };
  return new LiveView('Cluster', 2000, ask, ({ nodes, channels, replicas, segments }) => [
    h('div.roles', null, ROLES.map(([role, title, what]) => roleCard(title, what, nodes.filter((node) => node.role === role), channels, replicas))),
    card('Channels', h('p.note', null, 'The rows of a shard travel through a channel of the log. A data node writes them to segments, query nodes serve them.'),
      channels.length ? h('div.channels', null, channels.map((channel) => lane(channel, segments.filter((segment) => segment.vchannel === channel.vchannel), replicas.filter((replica) => replica.vchannel === channel.vchannel)))) : h('p.none', null, 'There are no tables yet.')),
    card('Replicas', table(['Table', 'Channel', 'Query node', 'State', 'Version', 'Failure'], replicas.map((replica) => [replica.table_name, h('code', null, replica.vchannel), replica.query_node ?? '–', h(`span.pill.${replica.state}`, null, replica.state), replica.version, replica.failure ?? '']), 'No table is loaded.')),
  ]);
}

function roleCard(title, what, nodes, channels, replicas) {
  const work = (node) => {
    const writes = channels.filter((channel) => channel.data_node === node.node).length;
    const serves = replicas.filter((replica) => replica.query_node === node.node).length;
    return node.role === 'datanode' ? plural(writes, 'channel') : node.role === 'querynode' ? plural(serves, 'channel') : '';
  };
  return h(`section.role${nodes.length ? '' : '.absent'}`, null, h('h3', null, title, h('small', null, what)),
    nodes.length ? nodes.map((node) => h('p.node', { title: `lease ${node.lease}${node.epoch ? `, epoch ${node.epoch}` : ''}` }, h('i.dot'), h('b', null, node.node), h('small', null, node.address ?? ''), h('span', null, work(node)))) : h('p.node', null, h('i.dot.off'), 'none'));
}

function lane(channel, segments, replicas) {
  const late = channel.unsaved_ms !== null && channel.unsaved_ms > LATE_MILLIS;
  const stop = (title, content, state = '') => h(`div.stop${state}`, null, h('small', null, title), content);
  const rows = (state) => segments.filter((segment) => (state === 'growing') === (segment.state === 'growing')).reduce((sum, segment) => sum + Number(segment.row_count), 0);
  const number = (state) => segments.filter((segment) => (state === 'growing') === (segment.state === 'growing')).reduce((sum, segment) => sum + segment.segments, 0);
  return h('div.lane', null,
    h('div.lane-name', null, h('b', null, channel.table_name.replace(/^public\./, '')), h('small', null, channel.vchannel)),
    stop('log', h('code', null, channel.pchannel)),
    stop('writes', channel.data_node ?? 'nobody', channel.data_node ? '' : '.bad'),
    stop('not in files', channel.unsaved_ms === null ? '–' : duration(channel.unsaved_ms), late ? '.bad' : ''),
    stop('growing', h('span', { title: plural(number('growing'), 'segment') }, `${count(rows('growing'))} rows`)),
    stop('sealed', h('span', { title: plural(number('sealed'), 'segment') }, `${count(rows('sealed'))} rows`)),
    stop('serves', replicas.map((replica) => replica.query_node ?? '–').join(', ') || 'not loaded', replicas.some((replica) => replica.state === 'serves') ? '.good' : ''));
}
