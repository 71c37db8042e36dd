// What goes on now: statements with a button to end them, index builds and other tasks, sessions.

import { h, meter, toast } from './dom.js';
import { objects } from './api.js';
import { LiveView, table, card } from './live.js';
import { bytes, duration } from './format.js';

export function activityView() {
  const ask = async () => {
    const [queries, tasks, loads, sessions] = await Promise.all([
      objects('SELECT * FROM system.queries ORDER BY running_millis DESC'),
      objects('SELECT * FROM system.tasks ORDER BY task_id DESC'),
      objects('SELECT * FROM system.loads'),
      objects('SELECT * FROM system.sessions'),
    ]);
    return { queries, tasks, loads, sessions };
  };
  const view = new LiveView('Activity', 1000, ask, ({ queries, tasks, loads, sessions }) => {
    // The page's own questions are of no interest.
    const others = queries.filter((query) => !/\b(system\.(queries|tasks|loads|sessions))\b/.test(query.sql));
    const going = tasks.filter((task) => task.state !== 'finished');
    const done = tasks.filter((task) => task.state === 'finished');
    const loading = loads.filter((load) => load.percent < 100);
    const people = sessions.filter((session) => session.application_name !== 'console' || others.some((query) => query.session_id === session.session_id));
    return [
      card('Running statements', table(['', 'Statement', 'For', 'Memory', 'Session'], others.map((query) => [
        h('button.danger.small', { data: { key: query.query_id }, onclick: () => end(query, view) }, 'Cancel'),
        h('code.clip', { title: query.sql }, query.sql), duration(query.running_millis), bytes(query.memory_bytes), query.session_id]), 'Nothing runs.')),
      card('Index builds and other tasks', table(['Task', 'Table', 'Segment', 'State', 'Progress', 'Node'], [...going, ...done.slice(0, 20)].map((task) => [
        task.kind, task.table_name, String(task.segment_id), h(`span.pill.${task.state}`, { title: task.failure ?? '' }, task.state.replace('_', ' ')),
        meter(task.state === 'finished' ? 1 : task.progress, `${Math.round((task.state === 'finished' ? 1 : task.progress) * 100)} %`), task.node ?? '–']), 'Nothing is being built.')),
      loading.length ? card('Tables being loaded', table(['Table', 'State', 'Progress'], loading.map((load) => [load.table_name, load.state, meter(load.percent / 100, `${load.percent} %`)]), '')) : null,
      card('Sessions', table(['Session', 'User', 'Application', 'Schema'], people.map((session) => [session.session_id, session.user_name, session.application_name || '–', session.schema_name]), 'Only this page.')),
    ];
  });
  return view;
}

async function end(query, view) {
  try {
    await objects(`KILL QUERY '${query.query_id.replaceAll("'", "''")}'`);
    toast('Cancelled');
  } catch (error) {
    toast(error.message);
  }
  view.refresh();
}
