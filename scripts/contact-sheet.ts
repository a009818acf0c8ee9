/** Makes `docs/digits.png`, a sheet of digits of every class: `npx tsx scripts/contact-sheet.ts [file]`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contactSheet } from '../examples/digits/contact-sheet.js';
import { makeDigits } from '../examples/digits/make-digits.js';

const file = process.argv[2] ?? fileURLToPath(new URL('../docs/digits.png', import.meta.url));
const [rows, columns] = [5, 16];
writeFileSync(file, contactSheet(makeDigits({ count: rows * columns, seed: 1 }).images, rows, columns));
