// Builds elements. Text goes in as text nodes only, so nothing that a table holds is ever read as markup.

/**
 * @param {string} tag such as `button.primary` or `td`
 * @param {object} [properties] of the element; `on…` are listeners, `data` its data attributes, `aria…` its ARIA ones
 * @param {...(Node|string|number|null|false|Array)} children
 */
export function h(tag, properties, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'data') Object.assign(element.dataset, value);
    else if (key.startsWith('aria') || key === 'role' || key === 'for') {
      element.setAttribute(key.replace(/^aria(?=[A-Z])/, 'aria-').toLowerCase(), value);
    } else element[key] = value;
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child);
  }
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

export const $ = (selector, within = document) => within.querySelector(selector);

const probe = h('i', { hidden: true });

/** What a colour of the style sheet is now, for a canvas: it knows neither variables nor light and dark. */
export function colourOf(variable) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${variable})`;
  return getComputedStyle(probe).color;
}

/** A bar that shows a part of a whole. */
export function meter(fraction, label) {
  const bar = h('span.meter-fill');
  bar.style.width = `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}%`;
  bar.classList.toggle('full', fraction >= 1);
  return h('span.meter', { role: 'img', ariaLabel: label, title: label }, h('span.meter-track', null, bar), h('span.meter-label', null, label));
}

let toastTimer;

/** Shows a short notice for a moment. */
export function toast(text) {
  const place = $('#toast');
  fill(place, text);
  place.classList.add('shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove('shown'), 1800);
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast('Copied');
}

/** Offers text as a file. */
export function download(name, type, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
