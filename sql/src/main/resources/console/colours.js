// Colours of points by the values of a column: one for each of the commonest values, or a scale for numbers.

const HUES = ['#3b82f6', '#f97316', '#22c55e', '#e11d48', '#a855f7', '#14b8a6', '#eab308', '#ec4899', '#6366f1', '#84cc16', '#06b6d4', '#b45309'];
// Seen on light and dark alike, and told apart by most who do not tell red from green.
const SCALE = [[112, 72, 232], [46, 124, 214], [24, 166, 160], [122, 198, 78], [245, 200, 40]];
const OTHER = '#8a93a0';

function onScale(part) {
  const at = Math.min(0.9999, Math.max(0, part)) * (SCALE.length - 1);
  const low = Math.floor(at);
  const mix = SCALE[low].map((each, i) => Math.round(each + (SCALE[low + 1][i] - each) * (at - low)));
  return `rgb(${mix.join(',')})`;
}

/**
 * @param {Array} values one a point
 * @param {boolean} numeric a scale suits them
 * @returns {{colours: string[], legend: {label: string, colour: string}[]}}
 */
export function colour(values, numeric) {
  const distinct = new Map();
  for (const value of values) distinct.set(value, (distinct.get(value) ?? 0) + 1);
  if (numeric && distinct.size > HUES.length) {
    const sorted = values.filter((value) => value !== null).map(Number).sort((a, b) => a - b);
    // By rank, so that a few large numbers do not take all the colours.
    const rank = new Map(sorted.map((value, i) => [value, i / Math.max(1, sorted.length - 1)]));
    const at = (part) => sorted[Math.floor((sorted.length - 1) * part)];
    return {
      colours: values.map((value) => (value === null ? OTHER : onScale(rank.get(Number(value))))),
      legend: [0, 0.25, 0.5, 0.75, 1].map((part) => ({ label: Number(at(part)).toLocaleString('en-US'), colour: onScale(part) })),
    };
  }
  const common = [...distinct.entries()].sort((a, b) => b[1] - a[1]).slice(0, HUES.length).map(([value]) => value);
  const of = new Map(common.map((value, i) => [value, HUES[i]]));
  const legend = common.map((value) => ({ label: value === null ? 'NULL' : String(value), colour: of.get(value) }));
  if (distinct.size > common.length) legend.push({ label: 'others', colour: OTHER });
  return { colours: values.map((value) => of.get(value) ?? OTHER), legend };
}
