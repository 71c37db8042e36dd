// What the browser keeps between visits: the text of the editor, the history, choices. Nothing of it leaves the browser.

const PREFIX = 'elanus.';
const MOST_HISTORY = 200;

export function load(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function save(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // The browser keeps nothing, or has no room: the page works without.
  }
}

/** Statements that were run, newest first. */
export const history = {
  list: () => load('history', []),

  add(sql, millis, failed) {
    if (/\bpassword\s*(=\s*)?'/i.test(sql)) return;
    const others = load('history', []).filter((entry) => entry.sql !== sql);
    save('history', [{ sql, at: Date.now(), millis, failed }, ...others].slice(0, MOST_HISTORY));
  },

  clear: () => save('history', []),
};
