// The word SANDBOX in a corner, so that no picture of ours is taken for fal's. Drawn as dots: no font is needed.

const GLYPH_WIDTH = 6;
const LETTERS: Record<string, string[]> = {
  S: ['01111', '10000', '10000', '01110', '00001', '00001', '11110'],
  A: ['01110', '10001', '10001', '11111', '10001', '10001', '10001'],
  N: ['10001', '11001', '10101', '10011', '10001', '10001', '10001'],
  D: ['11110', '10001', '10001', '10001', '10001', '10001', '11110'],
  B: ['11110', '10001', '10001', '11110', '10001', '10001', '11110'],
  O: ['01110', '10001', '10001', '10001', '10001', '10001', '01110'],
  X: ['10001', '10001', '01010', '00100', '01010', '10001', '10001'],
};

/** An SVG fragment for the lower right corner. */
export function sandboxMark(width: number, height: number): string {
  const dot = Math.max(1, Math.round(Math.min(width, height) / 512));
  const text = 'SANDBOX';
  const left = width - (text.length * GLYPH_WIDTH + 4) * dot;
  const top = height - 12 * dot;
  const dots = [...text].flatMap((letter, i) =>
    (LETTERS[letter] ?? []).flatMap((row, y) =>
      [...row].flatMap((on, x) =>
        on === '1'
          ? [`<rect x="${left + (i * GLYPH_WIDTH + x) * dot}" y="${top + y * dot}" width="${dot}" height="${dot}"/>`]
          : [],
      ),
    ),
  );
  return `<g fill="#fff" fill-opacity="0.55">${dots.join('')}</g>`;
}
