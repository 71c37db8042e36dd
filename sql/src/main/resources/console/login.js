// Logging in and out. The page never sees what stands for the login: the browser keeps it in a cookie of its own.

import { h, fill, $ } from './dom.js';
import { info, login, logout, onLoginNeeded } from './api.js';

let asking = false;

function ask() {
  if (asking) return;
  asking = true;
  const dialog = $('#login');
  const user = h('input', { name: 'user', autocomplete: 'username', required: true, value: '' });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password' });
  const problem = h('p.problem', { role: 'alert' });
  const button = h('button.primary', { type: 'submit' }, 'Log in');
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.textContent = '';
    try {
      await login(user.value, password.value);
      location.reload();
    } catch (error) {
      problem.textContent = [error.message, error.hint].filter(Boolean).join(' ');
      button.disabled = false;
      password.value = '';
      password.focus();
    }
  };
  fill(dialog, h('form.login', { onsubmit: submit }, h('h2', null, 'Log in'), h('label', null, 'User', user), h('label', null, 'Password', password), problem, button));
  // Without a login there is nothing behind the dialog to go back to.
  // Escape closes a dialog that nobody has touched yet, whatever is said about `cancel`.
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.addEventListener('close', () => {
    dialog.showModal();
    user.focus();
  });
  dialog.showModal();
  user.focus();
}

async function leave() {
  await logout();
  location.reload();
}

/** Asks who it is when the server wants to know, and shows who it was. */
export async function start() {
  onLoginNeeded(ask);
  const known = await info();
  if (known.login) fill($('#account'), known.user, h('button.quiet.small', { id: 'logout', onclick: leave }, 'Log out'));
}
