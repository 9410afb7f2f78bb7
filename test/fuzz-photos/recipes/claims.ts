// What a sender may claim around a photo: file names, types, and forms that are no forms.

import { goodPhoto } from '../originals.ts';
import type { Prng } from '../prng.ts';
import type { Recipes } from '../recipe.ts';
import { BOUNDARY, formBody } from '../request.ts';

const NAMES = [
  '../../etc/passwd',
  '..\\..\\windows\\system32\\drivers\\etc\\hosts',
  '/dev/null',
  'C:\\photo.jpg',
  'a\0b.jpg',
  'bell\x07\x1b[31mred.jpg',
  '\u202egpj.exe',
  '%2e%2e%2f',
  "'; drop table photos; --",
  '<img src=x onerror=alert(1)>.jpg',
  '.',
  ' ',
  '👩‍🚀'.repeat(50),
  '\ud800.jpg',
  'x'.repeat(10_000),
];
const TYPES = [
  'text/html',
  'image/svg+xml',
  'application/x-php',
  'image/jpeg; charset="',
  'not a type',
  '',
  'a/b'.repeat(900),
];

const form = (body: Buffer, contentType = `multipart/form-data; boundary=${BOUNDARY}`) => ({ body, contentType });

export const claims: Recipes = {
  'a strange file name': async (prng) => ({ bytes: await goodPhoto(), fileName: prng.oneOf(NAMES) }),
  'a file name that breaks its header': async (prng) => {
    const fileName = prng.oneOf(['a"b.jpg', 'a\r\nX-Evil: 1', '"; name="other', '\n\n', `\r\n--${BOUNDARY}`]);
    return { bytes: await goodPhoto(), fileName };
  },
  'a wrong content type': async (prng) => ({ bytes: await goodPhoto(), contentType: prng.oneOf(TYPES) }),
  'a form cut off': async (prng) => {
    const body = formBody([{ bytes: await goodPhoto() }]);
    return form(body.subarray(0, prng.below(body.length)));
  },
  'a form of noise': (prng) => form(prng.bytes(1 + prng.below(3000))),
  'a form without a boundary': async () => form(formBody([{ bytes: await goodPhoto() }]), 'multipart/form-data'),
  'a form with another boundary': async () =>
    form(formBody([{ bytes: await goodPhoto() }]), 'multipart/form-data; boundary=another'),
  'a form with bits flipped around the photo': async (prng) => form(await flippedForm(prng)),
  'a form of a thousand fields': () => {
    const field = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="photos"\r\n\r\nx\r\n`;
    return form(Buffer.from(`${field.repeat(1000)}--${BOUNDARY}--\r\n`));
  },
  'twenty-one files': () => form(formBody(Array.from({ length: 21 }, () => ({ bytes: Buffer.from('x') })))),
  'fields named like parts of an object': async () => {
    const names = ['__proto__', 'constructor', 'photos[]', 'photos.0', 'photos[__proto__]'];
    const fields = names.map((name) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nx\r\n`);
    return form(Buffer.concat([Buffer.from(fields.join('')), formBody([{ bytes: await goodPhoto() }])]));
  },
  'no body at all': (prng) =>
    form(
      Buffer.alloc(0),
      prng.oneOf([`multipart/form-data; boundary=${BOUNDARY}`, 'text/plain', 'multipart/form-data; boundary=""']),
    ),
  'a form that calls itself something else': async (prng) => {
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/mixed; boundary=x',
      'image/jpeg',
      'multipart',
    ];
    return form(formBody([{ bytes: await goodPhoto() }]), prng.oneOf(types));
  },
};

/** Bits flipped within the first bytes, where the headers of the part are. */
async function flippedForm(prng: Prng): Promise<Buffer> {
  const body = formBody([{ bytes: await goodPhoto() }]);
  for (let i = 0; i < 3; i++) {
    const at = prng.below(150);
    body[at] = (body[at] ?? 0) ^ (1 << prng.below(8));
  }
  return body;
}
