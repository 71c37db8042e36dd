// Draws points on a canvas: wheel zooms, drag moves, hover and click tell which point.

import { h, colourOf } from './dom.js';

const REACH = 12;
const MOST_NAMES = 90;
/** Pixels of a cell in which one name may begin. */
const ROOM = 26;

export class Scatter {
  #view = null;
  #frame = 0;
  #dragged = false;

  /** @param {{onHover: (index: number, x: number, y: number) => void, onClick: (index: number) => void}} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.places = new Float32Array(0);
    this.colours = [];
    this.dim = null;
    this.marked = [];
    this.origin = -1;
    this.settled = false;
    this.labels = () => '';
    this.canvas = h('canvas.scatter', {
      tabIndex: 0, role: 'img', ariaLabel: 'Map of vectors',
      onwheel: (event) => this.#zoom(event), onpointerdown: (event) => this.#drag(event),
      onpointermove: (event) => this.#hover(event), onpointerleave: () => handlers.onHover(-1, 0, 0),
      onclick: (event) => !this.#dragged && this.#click(event), ondblclick: () => this.fit(),
    });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** @param {boolean} keep the part of the plane that is looked at */
  show(places, keep) {
    this.places = places;
    if (!keep || !this.#view) this.fit();
    else this.draw();
  }

  /** Looks at all points; a few far ones may be outside. */
  fit() {
    const range = (axis) => {
      const values = Array.from({ length: this.places.length / 2 }, (_, i) => this.places[i * 2 + axis]).sort((a, b) => a - b);
      const at = (part) => values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
      return [at(0.003), at(0.997)];
    };
    const [left, right] = range(0);
    const [top, bottom] = range(1);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const scale = Math.min(width / Math.max(right - left, 1e-6), height / Math.max(bottom - top, 1e-6)) * 0.9;
    this.#view = { scale, x: width / 2 - ((left + right) / 2) * scale, y: height / 2 - ((top + bottom) / 2) * scale };
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #place(i) {
    return [this.places[i * 2] * this.#view.scale + this.#view.x, this.places[i * 2 + 1] * this.#view.scale + this.#view.y];
  }

  #paint() {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (canvas.width !== width * ratio || canvas.height !== height * ratio) Object.assign(canvas, { width: width * ratio, height: height * ratio });
    if (!this.#view) return;
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const size = Math.max(1.8, Math.min(5, Math.sqrt(this.#view.scale) * 0.75));
    const points = this.places.length / 2;
    const marked = new Set(this.marked);
    for (let i = 0; i < points; i++) {
      const [x, y] = this.#place(i);
      if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
      context.globalAlpha = this.dim && !this.dim[i] ? 0.08 : marked.size && !marked.has(i) && i !== this.origin ? 0.22 : 0.85;
      context.fillStyle = this.colours[i] ?? '#888';
      context.beginPath();
      context.arc(x, y, size, 0, 7);
      context.fill();
    }
    this.#annotate(context, marked, size);
  }

  /** Names as many points as there is room for, when none is looked at. */
  #name(context, size) {
    context.font = '11px system-ui, sans-serif';
    context.lineWidth = 3;
    context.strokeStyle = colourOf('--surface');
    context.fillStyle = colourOf('--soft');
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const taken = new Set();
    let named = 0;
    for (let i = 0; i < this.places.length / 2 && named < MOST_NAMES; i++) {
      if (this.dim && !this.dim[i]) continue;
      const [x, y] = this.#place(i);
      if (x < 0 || y < 0 || x > width - 40 || y > height) continue;
      const text = this.labels(i).slice(0, 22);
      const cells = [];
      const from = Math.floor((x - ROOM / 3) / ROOM);
      const to = Math.floor((x + context.measureText(text).width + ROOM / 3) / ROOM);
      for (let c = from; c <= to; c++) for (const r of [0, 1]) cells.push(`${c},${Math.floor(y / ROOM) + r}`);
      if (!text || cells.some((cell) => taken.has(cell))) continue;
      cells.forEach((cell) => taken.add(cell));
      context.strokeText(text, x + size + 3, y + 4);
      context.fillText(text, x + size + 3, y + 4);
      named++;
    }
  }

  #annotate(context, marked, size) {
    context.globalAlpha = 1;
    if (this.settled && !marked.size && this.origin < 0) this.#name(context, size);
    context.font = '600 12px system-ui, sans-serif';
    context.lineWidth = 3;
    const taken = [];
    for (const i of [this.origin, ...marked]) {
      if (i < 0) continue;
      const [x, y] = this.#place(i);
      context.strokeStyle = colourOf(i === this.origin ? '--danger' : '--accent');
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, size + (i === this.origin ? 4 : 2), 0, 7);
      context.stroke();
      const text = this.labels(i).slice(0, 28);
      const box = { x: x + size + 5, y: y - 7, w: context.measureText(text).width, h: 14 };
      if (taken.some((each) => each.x < box.x + box.w && box.x < each.x + each.w && each.y < box.y + box.h && box.y < each.y + each.h)) continue;
      taken.push(box);
      context.lineWidth = 4;
      context.strokeStyle = colourOf('--surface');
      context.fillStyle = colourOf('--text');
      context.strokeText(text, box.x, y + 4);
      context.fillText(text, box.x, y + 4);
    }
  }

  /** The point at a place of the canvas; -1: none is near. */
  #at(event) {
    if (!this.#view) return -1;
    let best = -1;
    let least = REACH * REACH;
    for (let i = 0; i < this.places.length / 2; i++) {
      if (this.dim && !this.dim[i]) continue;
      const [x, y] = this.#place(i);
      const square = (x - event.offsetX) ** 2 + (y - event.offsetY) ** 2;
      if (square < least) [best, least] = [i, square];
    }
    return best;
  }

  #hover(event) {
    if (event.buttons) return;
    const index = this.#at(event);
    this.canvas.style.cursor = index >= 0 ? 'pointer' : 'grab';
    this.handlers.onHover(index, event.offsetX, event.offsetY);
  }

  #click(event) {
    const index = this.#at(event);
    if (index >= 0) this.handlers.onClick(index);
  }

  #zoom(event) {
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * 0.0015);
    const view = this.#view;
    this.#view = { scale: view.scale * factor, x: event.offsetX - (event.offsetX - view.x) * factor, y: event.offsetY - (event.offsetY - view.y) * factor };
    this.draw();
  }

  #drag(event) {
    this.#dragged = false;
    const start = { x: event.clientX - this.#view.x, y: event.clientY - this.#view.y };
    const move = (moved) => {
      if (Math.hypot(moved.clientX - event.clientX, moved.clientY - event.clientY) > 4) this.#dragged = true;
      this.#view = { ...this.#view, x: moved.clientX - start.x, y: moved.clientY - start.y };
      this.draw();
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', () => removeEventListener('pointermove', move), { once: true });
  }
}
