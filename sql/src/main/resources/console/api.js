// The client of the HTTP API (docs/console.md).

const BASE = '/api/v1/';
/** An answer beyond this is cut, so that a careless query does not fill the tab's memory. */
const MOST_BYTES = 128 * 1024 * 1024;

/** What the server says of a failed statement. */
export class SqlError extends Error {
  constructor(line) {
    super(line.message);
    Object.assign(this, { state: line.sqlState, position: line.position ?? 0, hint: line.hint ?? '', millis: line.millis });
  }
}

let loginNeeded = () => {};

/** Is told when the server answers only those who log in. */
export const onLoginNeeded = (listener) => {
  loginNeeded = listener;
};

async function call(method, path, { session, body, signal, keepalive } = {}) {
  const headers = { 'Elanus-Client': 'console' };
  if (session) headers['Elanus-Session'] = session;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(BASE + path, { method, headers, signal, keepalive, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body) });
  if (response.status === 401 && path !== 'login') loginNeeded();
  return response;
}

/** Throws what the server says when it does not let the user in. */
export async function login(user, password) {
  let response;
  try {
    response = await call('POST', 'login', { body: { user, password } });
  } catch (error) {
    throw unreachable(error);
  }
  if (!response.ok) throw new SqlError(await response.json());
}

export const logout = () => call('POST', 'logout');

export const info = async () => (await call('GET', 'info')).json();

/** The lines of an answer as they come. */
async function* lines(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    const parts = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
    if (size > MOST_BYTES) {
      await reader.cancel();
      yield { type: 'done', cut: true, truncated: true };
      return;
    }
  }
  if (rest) yield JSON.parse(rest);
}

async function read(response, onRows) {
  const result = { columns: [], rows: [], truncated: false, updateCount: -1, millis: 0, queryId: '' };
  for await (const line of lines(response)) {
    if (line.type === 'columns') Object.assign(result, { columns: line.columns, queryId: line.queryId });
    else if (line.type === 'rows') {
      for (const row of line.rows) result.rows.push(row);
      onRows?.(result);
    } else if (line.type === 'done') {
      return Object.assign(result, { truncated: line.truncated ?? false, updateCount: line.updateCount ?? -1, millis: line.millis ?? 0, queryId: line.queryId ?? result.queryId });
    } else if (line.type === 'error') throw new SqlError(line);
  }
  throw new SqlError({ sqlState: '08006', message: 'The answer ended too early; the server may have stopped.' });
}

function unreachable(error) {
  if (error instanceof SqlError || error.name === 'AbortError') return error;
  return new SqlError({ sqlState: '08006', message: 'The server cannot be reached.', hint: 'Is it running? The page works again when it is.' });
}

/** Runs a statement in a session of its own. */
export async function query(sql, options = {}) {
  try {
    return await read(await call('POST', 'query', { ...options, body: { sql, vectors: 'packed', parameters: options.parameters, maxRows: options.maxRows, timeoutMillis: options.timeoutMillis } }), options.onRows);
  } catch (error) {
    throw unreachable(error);
  }
}

/** Rows of a statement as objects, for the page's own questions. */
export async function objects(sql, options) {
  const { columns, rows } = await query(sql, { timeoutMillis: 15_000, ...options });
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i]])));
}

/** A session that lasts as long as the page: SET and read-your-writes hold in it. It is opened when first used. */
export class Session {
  #token = null;

  async query(sql, options = {}) {
    const opened = this.#token === null;
    if (opened) await this.#open();
    try {
      return await query(sql, { ...options, session: this.#token });
    } catch (error) {
      if (error.state !== '08003' || opened) throw error;
      // It was idle for too long, or the server has restarted.
      await this.#open();
      return query(sql, { ...options, session: this.#token });
    }
  }

  async #open() {
    let response;
    try {
      response = await call('POST', 'sessions');
    } catch (error) {
      throw unreachable(error);
    }
    const answer = await response.json();
    if (!response.ok) throw new SqlError(answer);
    this.#token = answer.session;
  }

  /** Ends what runs. */
  async cancel() {
    if (this.#token) await call('POST', 'cancel', { session: this.#token });
  }

  /** @returns {Promise<{running: boolean, done: number, total: number}>} */
  async progress() {
    return (await call('GET', 'progress', { session: this.#token })).json();
  }

  close() {
    if (this.#token) call('DELETE', 'session', { session: this.#token, keepalive: true });
    this.#token = null;
  }
}
