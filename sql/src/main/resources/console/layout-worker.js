// Lays vectors out in the plane, in a thread of its own. First their principal components; then, in the manner of
// UMAP, near vectors pull at each other and random ones push, so that groups come apart.

const COMPONENTS = 24;
const NEIGHBOURS = 12;
const EPOCHS = 260;
const PUSHES = 5;
/** Curve of UMAP for a least distance of 0.1. */
const A = 1.577;
const B = 0.895;

let job = 0;

onmessage = async ({ data: { vectors, rows, dimension, cosine, linear } }) => {
  const own = ++job;
  const data = new Float32Array(vectors);
  if (cosine) normalise(data, rows, dimension);
  const reduced = principal(data, rows, dimension, Math.min(COMPONENTS, dimension));
  const places = plane(reduced, rows);
  post(places, 0);
  if (linear || rows < 5) return post(places, 1);
  await pause();
  const edges = neighbours(reduced.points, rows, reduced.components, Math.min(NEIGHBOURS, rows - 1));
  for (let epoch = 0; epoch < EPOCHS && own === job; epoch++) {
    settle(places, edges, rows, 1 - epoch / EPOCHS);
    if (epoch % 8 === 7) {
      post(places, (epoch + 1) / EPOCHS);
      await pause();
    }
  }
  if (own === job) post(places, 1);
};

const post = (places, done) => postMessage({ places: places.slice(), done });
/** Lets a newer request in. */
const pause = () => new Promise((resume) => setTimeout(resume));

/** Random numbers that are the same each time, so that a map looks the same when it is made again. */
let seed = 12345;
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
}

function normalise(data, rows, dimension) {
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let i = r * dimension; i < (r + 1) * dimension; i++) sum += data[i] * data[i];
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let i = r * dimension; i < (r + 1) * dimension; i++) data[i] *= scale;
  }
}

/** The first principal components, by power iteration on the data; each is taken out before the next is sought. */
function principal(data, rows, dimension, components) {
  const mean = new Float64Array(dimension);
  for (let r = 0; r < rows; r++) for (let d = 0; d < dimension; d++) mean[d] += data[r * dimension + d] / rows;
  for (let r = 0; r < rows; r++) for (let d = 0; d < dimension; d++) data[r * dimension + d] -= mean[d];
  const points = new Float32Array(rows * components);
  const scores = new Float64Array(rows);
  for (let c = 0; c < components; c++) {
    let axis = Float64Array.from({ length: dimension }, () => random() - 0.5);
    for (let round = 0; round < (c < 2 ? 14 : 5); round++) {
      const next = new Float64Array(dimension);
      for (let r = 0; r < rows; r++) {
        let score = 0;
        for (let d = 0, at = r * dimension; d < dimension; d++) score += data[at + d] * axis[d];
        scores[r] = score;
        for (let d = 0, at = r * dimension; d < dimension; d++) next[d] += score * data[at + d];
      }
      const norm = Math.hypot(...next) || 1;
      axis = next.map((each) => each / norm);
    }
    for (let r = 0; r < rows; r++) {
      const at = r * dimension;
      let score = 0;
      for (let d = 0; d < dimension; d++) score += data[at + d] * axis[d];
      points[r * components + c] = score;
      for (let d = 0; d < dimension; d++) data[at + d] -= score * axis[d];
    }
  }
  return { points, components };
}

/** The first two components, scaled to a spread of about ten. */
function plane({ points, components }, rows) {
  const places = new Float32Array(rows * 2);
  for (let axis = 0; axis < 2; axis++) {
    let spread = 1e-9;
    for (let r = 0; r < rows; r++) spread = Math.max(spread, Math.abs(axis < components ? points[r * components + axis] : 0));
    for (let r = 0; r < rows; r++) places[r * 2 + axis] = (axis < components ? points[r * components + axis] / spread : 0) * 10 + (random() - 0.5) * 0.01;
  }
  return places;
}

/** For each row its nearest others: `k` indexes a row. */
function neighbours(points, rows, dimension, k) {
  const found = new Int32Array(rows * k);
  const nearest = new Float64Array(k);
  for (let r = 0; r < rows; r++) {
    nearest.fill(Infinity);
    const mine = found.subarray(r * k, (r + 1) * k);
    for (let other = 0; other < rows; other++) {
      if (other === r) continue;
      let distance = 0;
      for (let d = 0; d < dimension && distance < nearest[k - 1]; d++) {
        const difference = points[r * dimension + d] - points[other * dimension + d];
        distance += difference * difference;
      }
      if (distance >= nearest[k - 1]) continue;
      let at = k - 1;
      while (at > 0 && nearest[at - 1] > distance) {
        nearest[at] = nearest[at - 1];
        mine[at] = mine[at - 1];
        at--;
      }
      nearest[at] = distance;
      mine[at] = other;
    }
  }
  return { found, k };
}

const clip = (force) => Math.max(-4, Math.min(4, force));

/** One round of pulls and pushes. */
function settle(places, { found, k }, rows, heat) {
  for (let r = 0; r < rows; r++) {
    const x = r * 2;
    for (let n = 0; n < k; n++) {
      // The nearest pull most often.
      if (random() > 1 - (0.6 * n) / k) continue;
      const y = found[r * k + n] * 2;
      const dx = places[x] - places[y];
      const dy = places[x + 1] - places[y + 1];
      const square = dx * dx + dy * dy;
      if (square > 0) {
        const pull = (-2 * A * B * square ** (B - 1)) / (1 + A * square ** B);
        const fx = clip(pull * dx) * heat;
        const fy = clip(pull * dy) * heat;
        places[x] += fx;
        places[x + 1] += fy;
        places[y] -= fx;
        places[y + 1] -= fy;
      }
      for (let p = 0; p < PUSHES; p++) {
        const z = Math.floor(random() * rows) * 2;
        if (z === x) continue;
        const ex = places[x] - places[z];
        const ey = places[x + 1] - places[z + 1];
        const far = ex * ex + ey * ey;
        const push = (2 * B) / ((0.001 + far) * (1 + A * far ** B));
        places[x] += clip(push * ex) * heat;
        places[x + 1] += clip(push * ey) * heat;
      }
    }
  }
}
