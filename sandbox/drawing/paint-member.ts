// Paints the head of a member of the cast at its place: which photo, in what pose, how strange, and who is mixed in.
import { alignFace } from './align-faces.ts';
import { type CastMember, strangenessOf } from './cast-member.ts';
import { chain, type Push, proportionsWarp, pushWarp, smileWarp, turnWarp, type Warp } from './face-warp.ts';
import type { HeadPlace } from './figure.ts';
import { paintHead } from './paint-head.ts';
import { type PortraitPhoto, portraitPhoto } from './portrait-photo.ts';
import { type Prng, prngOf } from './prng.ts';
import type { Raster } from './raster.ts';
import type { Shot } from './shot.ts';

interface Sitting {
  member: CastMember;
  photo: PortraitPhoto;
  place: HeadPlace;
  shot: Shot;
  seed: number;
}

/** Any photo; for a profile the one whose head is turned most. */
export async function pickPhoto(member: { photos: Buffer[] }, shot: Shot, prng: Prng): Promise<PortraitPhoto> {
  const photos = await Promise.all(member.photos.map(portraitPhoto));
  const picked = photos[prng.below(photos.length)];
  const turned = [...photos].sort((a, b) => Math.abs(b.turned) - Math.abs(a.turned))[0];
  const photo = shot.framing === 'profile' ? turned : picked;
  if (!photo) throw new Error('a LoRA without photos cannot be drawn');
  return photo;
}

/** Changes `picture`; `mask` takes the share of photographed person by pixel. */
export async function paintMember(
  picture: Raster,
  mask: Float32Array,
  { member, photo, place, shot, seed }: Sitting,
  prng: Prng,
): Promise<void> {
  const mirrored = prng.next() < 0.5;
  const pose = { ...place, roll: prng.between(-0.07, 0.07), mirrored, gains: toneOf(member, seed) };
  const towards = Math.sign(photo.turned) * (mirrored ? -1 : 1);
  const warp = warpOf(member, shot, seed, towards, prng);
  const { mix } = member;
  if (!mix) return paintHead(picture, mask, photo, { ...pose, warp });
  // The other head in the same pose, and the features of both half-way between their places; then
  // both pictures over each other.
  const second = await pickPhoto(mix, shot, prng);
  const { face, contrast, pushes, ...aligned } = alignFace(second, photo);
  const other = { ...picture, data: Uint8Array.from(picture.data) };
  const pushed = (by: number) => chain(pushWarp(pushes.map((push) => scaled(push, by, mirrored))), warp);
  paintHead(picture, mask, photo, { ...pose, warp: pushed(-0.5) });
  paintHead(other, mask, { ...second, face }, { ...pose, warp: pushed(0.5), mirrored: aligned.mirrored !== mirrored });
  // Of the face with the stronger features less is enough.
  const share = mix.share / (mix.share + (1 - mix.share) * contrast);
  for (let i = 0; i < picture.data.length; i++) {
    const here = picture.data[i] ?? 0;
    picture.data[i] = Math.round(here + ((other.data[i] ?? 0) - here) * share);
  }
}

/** In the picture, where the photo may be mirrored. */
function scaled({ u, v, du, dv, reach }: Push, by: number, mirrored: boolean): Push {
  const side = mirrored ? -1 : 1;
  return { u: u * side, v, du: du * side * by, dv: dv * by, reach };
}

/** Another complexion for a person who is not quite there. */
function toneOf(member: CastMember, seed: number): [number, number, number] {
  const prng = prngOf('tone', seed);
  const amount = strangenessOf(member);
  const light = prng.between(-0.3, 0.1) * amount;
  const warm = prng.between(-0.12, 0.12) * amount;
  return [1 + light + warm, 1 + light, 1 + light - warm];
}

/** `towards` is the side to which the head looks already: a profile takes it further that way. */
function warpOf(member: CastMember, shot: Shot, seed: number, towards: number, prng: Prng): Warp {
  const proportions = proportionsWarp(strangenessOf(member), prngOf('proportions', seed));
  const turn = towards * (shot.framing === 'profile' ? 0.3 : prng.between(-0.06, 0.06));
  const smile = shot.smiling ? 0.7 : prng.between(-0.15, 0.25);
  return chain(proportions, turnWarp(turn), smileWarp(smile));
}
