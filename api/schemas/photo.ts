// Photos and their findings.

import { z } from '@hono/zod-openapi';
import { ADVICE_CODES } from '../../domain/photo-advice.ts';
import { FINDING_CODES, QUARTER_TURNS } from '../../domain/photo-findings.ts';
import { PHOTO_LIMITS } from '../../domain/photo-limits.ts';
import { Id, Time } from './common.ts';
import { EXAMPLES } from './examples.ts';

const Origin = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('uploaded') }),
    z.object({
      kind: z.literal('generated'),
      pictureId: Id.openapi({ description: 'The test image, or the picture of a still. It may be deleted since.' }),
    }),
  ])
  .openapi({ description: 'Where the photo comes from.' });

const Verdict = z.enum(['accepted', 'warned', 'rejected']);

const Found = z.object({
  code: z.enum(FINDING_CODES),
  severity: z.enum(['warning', 'rejection']),
  message: z.string(),
  value: z.number().optional(),
  limit: z.number().optional(),
  turnBy: z
    .literal(QUARTER_TURNS)
    .optional()
    .openapi({
      type: 'integer',
      enum: [...QUARTER_TURNS],
      description:
        'With `turned`: the degrees, clockwise, that make the photo upright. Send the file again with this number in `turns`.',
    }),
});

const Finding = Found.extend({
  otherPhotoId: Id.optional().openapi({ description: 'The photo that this one repeats.' }),
}).openapi('Finding', {
  description:
    'What is wrong with a photo, and what to do. `value` is the measured value, `limit` the limit that it missed.',
  example: {
    code: 'low_resolution',
    severity: 'warning',
    message: 'Low resolution: 400 × 600. Use a photo of at least 512 × 512 pixels.',
    value: 400,
    limit: 512,
  },
});

const PreflightFinding = Found.extend({
  otherPhotoId: Id.optional().openapi({ description: 'The photo that this one repeats, when it is stored.' }),
  otherIndex: z.number().int().optional().openapi({
    description: 'The position of the repeated photo in `photos`, from 0, when it is part of this request.',
  }),
  otherFileName: z
    .string()
    .optional()
    .openapi({ description: 'The file name of the repeated photo, when it is part of this request.' }),
}).openapi('PreflightFinding');
export type PreflightFinding = z.infer<typeof PreflightFinding>;

export const PhotoVerdict = z.object({ photoId: Id, verdict: Verdict, findings: z.array(Finding) });

/** For the document: such a body is read as a stream (uploads/read-photos.ts). */
const PhotosUpload = z
  .object({
    photos: z.any().openapi({
      type: 'array',
      items: { type: 'string', format: 'binary' },
      minItems: 1,
      maxItems: PHOTO_LIMITS.maxPhotosEver,
      description: 'JPEG, PNG or WebP; at most 10 MB each, at least 512 × 512 pixels.',
    }),
    turns: z.string().optional().openapi({
      pattern: '^ *(0|90|180|270)( *, *(0|90|180|270))* *$',
      example: '0,90,0',
      description:
        'Degrees, clockwise, by which each photo is turned before it is judged and stored, in the order of the photos: 0, 90, 180 or 270.',
    }),
  })
  .openapi('PhotosUpload');
export const PHOTOS_BODY = { required: true, content: { 'multipart/form-data': { schema: PhotosUpload } } };

export const PreflightReport = z
  .object({
    photos: z
      .array(
        z.object({
          photoId: Id.nullable().openapi({
            description: 'Null when the file is not stored: it cannot be read, or it was only inspected.',
          }),
          fileName: z.string(),
          pictureId: Id.optional().openapi({ description: 'Of a photo from a generated picture: that picture.' }),
          verdict: Verdict,
          findings: z.array(PreflightFinding),
        }),
      )
      .openapi({ description: 'One for each file, in the order of the request.' }),
    set: z
      .object({
        usable: z.number().int(),
        total: z.number().int(),
        minimum: z.number().int(),
        maximum: z.number().int(),
        sufficient: z.boolean(),
        problem: z
          .object({
            code: z.enum(['too_few_photos', 'too_many_photos', 'wrong_person']),
            message: z.string(),
            photoIds: z
              .array(Id)
              .optional()
              .openapi({ description: 'With `wrong_person`: the stored photos that seem to show another person.' }),
          })
          .optional()
          .openapi({ description: 'The problem that would stop a run with these photos.' }),
      })
      .openapi({
        description: 'About all photos that the character has now: whether an identity can be started with them.',
      }),
    advice: z
      .array(z.object({ code: z.enum(ADVICE_CODES), message: z.string() }))
      .openapi({ description: 'Advice that would improve the photos of this request as a set. It never stops a run.' }),
  })
  .openapi('PreflightReport', { example: EXAMPLES.preflight });

export const FromPictures = z
  .strictObject({
    pictureIds: z.array(Id).min(1).max(PHOTO_LIMITS.maxPhotosEver).openapi({
      description: 'Test images and pictures of stills of your tenant: `GET /v1/characters/{id}/pictures` lists them.',
    }),
  })
  .openapi('FromPictures', { example: EXAMPLES.fromPictures });

export const Photo = z
  .object({
    photoId: Id,
    characterId: Id,
    origin: Origin,
    width: z.number().int(),
    height: z.number().int(),
    verdict: Verdict,
    findings: z.array(Finding),
    createdAt: Time,
    links: z.object({ content: z.string() }),
  })
  .openapi('Photo', { example: EXAMPLES.photo });
export type Photo = z.infer<typeof Photo>;

export const PhotoList = z.object({ items: z.array(Photo) }).openapi('PhotoList', { example: EXAMPLES.photoList });
