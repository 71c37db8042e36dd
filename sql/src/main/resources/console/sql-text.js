// Reads SQL text: its tokens, and where statements begin and end.

export const KEYWORDS = new Set(`add all alter analyze and any apply approx array as asc between both by case cast check column
commit compact conflict constraint copy create cross current_date current_time current_timestamp default delete desc distinct do drop
else end escape except exact exists explain extract false fetch filter first flush following for from full group having if ilike in
index inner insert intersect interval into is join key kill last lateral leading left like limit load natural next not nothing null
nulls offset on only or order outer over partition preceding primary qualify query range recall recursive release rename replace reset
returning right row rows schema select set show similar some system_time table then timestamp to trailing true truncate union unique
unnest update upsert using values view when where window with within`.split(/\s+/));

export const TYPES = new Set(`bigint boolean char date decimal double float integer int json numeric real smallint text time
timestamp tinyint uuid varbinary varchar vector float32 float16 bfloat16 int8 binary precision zone`.split(/\s+/));

const TOKEN = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<string>[eE]?'(?:[^']|'')*(?:'|$)|(?<mark>\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)[\s\S]*?(?:\k<mark>|$))/,
    /(?<quoted>"(?:[^"]|"")*(?:"|$))/,
    /(?<number>\b\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?\b)/,
    /(?<word>[\p{L}_][\p{L}\p{N}_$]*)/,
    /(?<end>;)/,
    /(?<space>\s+)/,
    /(?<operator><->|<=>|<#>|<\+>|<~>|<%>|->>|->|::|\|\||<>|!=|<=|>=|[-+*\/%<>=!?])/,
    /(?<other>[\s\S])/,
  ].map((part) => part.source).join('|'),
  'gu');

/**
 * The tokens of a text, without a gap.
 * @returns {{kind: string, text: string, from: number, to: number}[]}
 */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    let kind = Object.keys(match.groups).find((group) => match.groups[group] !== undefined);
    if (kind === 'word') {
      const lower = match[0].toLowerCase();
      if (KEYWORDS.has(lower)) kind = 'keyword';
      else if (TYPES.has(lower)) kind = 'type';
    }
    found.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return found;
}

/**
 * The statements of a text, without their semicolons and the space around them.
 * @returns {{from: number, to: number, text: string}[]}
 */
export function statements(text) {
  const found = [];
  let from = -1;
  let to = -1;
  const finish = () => {
    if (from >= 0) found.push({ from, to, text: text.slice(from, to) });
    from = -1;
  };
  for (const token of tokens(text)) {
    if (token.kind === 'end') finish();
    else if (token.kind !== 'space' && (token.kind !== 'comment' || from >= 0)) {
      if (from < 0) from = token.from;
      if (token.kind !== 'comment') to = token.to;
    }
  }
  finish();
  return found;
}

/** The statement at an offset: that which holds it, else the one before it, else the first. */
export function statementAt(text, offset) {
  const all = statements(text);
  const holding = all.find((statement) => offset >= statement.from && offset <= statement.to + 1);
  return holding ?? all.filter((statement) => statement.to <= offset).at(-1) ?? all[0] ?? null;
}
