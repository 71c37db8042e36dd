// The SQL editor: a text area whose text is shown in colours by a layer below it, with completion and a marked error.

import { h, fill } from './dom.js';
import { tokens, statementAt } from './sql-text.js';
import { complete } from './completion.js';

export class Editor {
  #catalog;
  #mark = null;
  #popup = null;

  /** @param {{onRun: Function, onRunAll: Function, onChange: Function, onHistory: Function}} handlers */
  constructor(catalog, handlers) {
    this.#catalog = catalog;
    this.handlers = handlers;
    this.layer = h('pre.editor-layer', { ariaHidden: 'true' });
    this.text = h('textarea.editor-text', {
      spellcheck: false, autocomplete: 'off', autocapitalize: 'off', ariaLabel: 'SQL', wrap: 'off', placeholder: 'SELECT …    Ctrl+Enter runs the statement at the caret',
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event), onscroll: () => this.#scrolled(),
      onblur: () => setTimeout(() => this.#close(), 150), onclick: () => this.#close(),
    });
    this.gutter = h('div.editor-gutter', { ariaHidden: 'true' });
    this.list = h('ul.completion', { role: 'listbox', hidden: true, ariaLabel: 'Completion' });
    this.element = h('div.editor', null, this.gutter, h('div.editor-body', null, this.layer, this.text, this.list));
    this.paint();
  }

  get value() {
    return this.text.value;
  }

  set value(text) {
    this.text.value = text;
    this.#mark = null;
    this.paint();
    this.handlers.onChange?.();
  }

  focus() {
    this.text.focus();
  }

  /** What Ctrl+Enter runs: the selection, else the statement at the caret, with its place in the text. */
  current() {
    const { selectionStart: from, selectionEnd: to, value } = this.text;
    if (to > from && value.slice(from, to).trim()) {
      const lead = value.slice(from, to).match(/^\s*/)[0].length;
      return { from: from + lead, to, text: value.slice(from + lead, to).replace(/[;\s]+$/, '') };
    }
    return statementAt(value, from);
  }

  /** Underlines the word at an offset; null takes the mark away. */
  mark(offset) {
    if (offset === null) this.#mark = null;
    else {
      const token = tokens(this.value).find(({ from, to }) => offset >= from && offset < to);
      this.#mark = token && token.kind !== 'space' ? token : { from: offset, to: offset + 1 };
      this.#reveal(this.#mark.from);
    }
    this.paint();
  }

  /** Types a text at the caret, so that it can be undone. */
  insert(text, from = this.text.selectionStart, to = this.text.selectionEnd) {
    this.text.focus();
    this.text.setSelectionRange(from, to);
    if (!document.execCommand('insertText', false, text)) {
      this.text.setRangeText(text, from, to, 'end');
      this.#changed();
    }
  }

  paint() {
    const parts = [];
    for (const token of tokens(this.value)) {
      const marked = this.#mark && token.from < this.#mark.to && token.to > this.#mark.from;
      const plain = ['space', 'word', 'other'].includes(token.kind);
      parts.push(plain && !marked ? token.text : h(`span.t-${token.kind}${marked ? '.t-error' : ''}`, null, token.text));
    }
    // The last line would have no height without this.
    fill(this.layer, parts, '\n');
    const lines = this.value.split('\n').length;
    if (this.gutter.childElementCount !== lines) {
      fill(this.gutter, Array.from({ length: lines }, (_, i) => h('div', null, i + 1)));
    }
    this.#scrolled();
  }

  #reveal(offset) {
    const line = this.value.slice(0, offset).split('\n').length - 1;
    const height = parseFloat(getComputedStyle(this.text).lineHeight);
    const top = line * height;
    if (top < this.text.scrollTop || top > this.text.scrollTop + this.text.clientHeight - height) this.text.scrollTop = top - height;
  }

  #scrolled() {
    this.layer.style.transform = `translate(${-this.text.scrollLeft}px, ${-this.text.scrollTop}px)`;
    this.gutter.style.transform = `translateY(${-this.text.scrollTop}px)`;
  }

  #changed() {
    this.#mark = null;
    this.paint();
    this.handlers.onChange?.();
    const caret = this.text.selectionStart;
    const typed = this.value[caret - 1] ?? '';
    if (/[\p{L}_.]/u.test(typed)) this.#suggest(false);
    else this.#close();
  }

  #key(event) {
    const command = event.ctrlKey || event.metaKey;
    if (this.#popup && this.#popupKey(event)) return event.preventDefault();
    if (command && event.key === 'Enter') {
      event.preventDefault();
      this.#close();
      if (event.shiftKey) this.handlers.onRunAll();
      else this.handlers.onRun();
    } else if (command && event.key === ' ') {
      event.preventDefault();
      this.#suggest(true);
    } else if (command && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      this.handlers.onHistory(event.key === 'ArrowUp' ? 1 : -1);
    } else if (command && event.key === '/') {
      event.preventDefault();
      this.#toggleComment();
    } else if (event.key === 'Tab' && !event.shiftKey && !command && this.value[this.text.selectionStart - 1]?.match(/[\p{L}\p{N}_.]/u)) {
      event.preventDefault();
      this.#suggest(true);
    } else if (event.key === 'Enter' && !command) {
      const before = this.value.slice(0, this.text.selectionStart);
      const indent = before.slice(before.lastIndexOf('\n') + 1).match(/^ */)[0];
      if (indent) {
        event.preventDefault();
        this.insert(`\n${indent}`);
      }
    }
  }

  #toggleComment() {
    const start = this.value.lastIndexOf('\n', this.text.selectionStart - 1) + 1;
    const end = this.text.selectionEnd;
    const lines = this.value.slice(start, end).split('\n');
    const all = lines.every((line) => line.startsWith('--'));
    this.insert(lines.map((line) => (all ? line.replace(/^-- ?/, '') : `-- ${line}`)).join('\n'), start, end);
  }

  #suggest(asked) {
    const caret = this.text.selectionStart;
    const statement = statementAt(this.value, caret) ?? { from: 0, to: 0 };
    const from = caret >= statement.from ? statement.from : 0;
    const within = caret <= statement.to + 1 ? this.value.slice(from, Math.max(statement.to, caret)) : this.value.slice(caret);
    const found = complete(within, caret <= statement.to + 1 ? caret - from : 0, this.#catalog);
    if (found.items.length === 0) return this.#close();
    const start = (caret <= statement.to + 1 ? from : caret) + found.from;
    if (asked && found.items.length === 1) return this.#take(found.items[0], start, caret);
    this.#popup = { items: found.items, start, chosen: 0 };
    this.#show();
  }

  #show() {
    const { items, chosen, start } = this.#popup;
    const option = (item, i) => h(`li.k-${item.kind}`, {
      role: 'option', ariaSelected: String(i === chosen), onmousedown: (event) => {
        event.preventDefault();
        this.#take(item, start, this.text.selectionStart);
      },
    }, h('i', null, item.kind[0].toUpperCase()), h('b', null, item.text), h('small', null, item.detail));
    fill(this.list, items.map(option));
    this.list.hidden = false;
    const line = this.value.slice(0, start).split('\n').length;
    const column = start - (this.value.lastIndexOf('\n', start - 1) + 1);
    const style = getComputedStyle(this.text);
    const below = line * parseFloat(style.lineHeight) + 10 - this.text.scrollTop;
    this.list.style.top = `${below}px`;
    this.list.style.left = `min(calc(${column}ch + 12px - ${this.text.scrollLeft}px), calc(100% - 330px))`;
    this.list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  #popupKey(event) {
    const { items, chosen, start } = this.#popup;
    if (event.ctrlKey || event.metaKey) return false;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        this.#popup.chosen = (chosen + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length;
        this.#show();
        return true;
      case 'Enter':
      case 'Tab':
        this.#take(items[chosen], start, this.text.selectionStart);
        return true;
      case 'Escape':
        this.#close();
        return true;
      case 'ArrowLeft':
      case 'ArrowRight':
        this.#close();
        return false;
      default:
        return false;
    }
  }

  #take(item, from, to) {
    const upper = item.kind === 'keyword' && this.value.slice(from, to) === this.value.slice(from, to).toLowerCase() && to > from;
    const text = upper ? item.text.toLowerCase() : item.text;
    this.insert(item.kind === 'function' ? `${text}(` : text, from, to);
    this.#close();
  }

  #close() {
    this.#popup = null;
    this.list.hidden = true;
  }
}
