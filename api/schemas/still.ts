// Stills and batches of them, in requests and answers.

import { z } from '@hono/zod-openapi';
import { MAX_SEED, PROMPT_LIMITS, STILL_LIMITS } from '../../domain/stills/limits.ts';
import { MAX_CAST } from '../../domain/stills/routes.ts';
import { BATCH_STATES, FINDING_CODES, POSITIONS, ROUTE_IDS, STILL_STATES } from '../../domain/stills/still.ts';
import { Currency } from './budget.ts';
import { Id, NextCursor, PageQuery, Time } from './common.ts';
import { STILL_EXAMPLES } from './still-examples.ts';
import { chosenId, text } from './text.ts';

const MAX_NAME = 200;
const MAX_URL = 2000;
const MAX_APP_ID = 200;
const MAX_REASON = 1000;
/** The range of the database type `int`. */
const MAX_INT = 2_147_483_647;
/** Pixels. Whatever the route can draw is narrower; this keeps numbers sane. */
const SIDE = { min: 256, max: 2048 } as const;
/** Dollars: the limit catches typing errors. */
const MAX_BUDGET_USD = 100_000;
/** Seconds. Proxies close a request that gets no byte for longer. */
const MAX_WAIT_S = 60;
/** Two numbers; the sizes that a route draws are checked with the route. */
const ASPECT_RATIO = /^\d{1,4}(\.\d{1,4})?:\d{1,4}(\.\d{1,4})?$/;
const DEFAULT_ASPECT_RATIO = '16:9';
const DEFAULT_STILLS = 50;
const MAX_STILLS = 100;

const AppId = chosenId({ max: MAX_APP_ID });
const Share = z.number().min(0).max(1);
const Size = z.object({ width: z.number().int(), height: z.number().int() });
const Url = text({ max: MAX_URL }).regex(/^https?:\/\/\S+$/, 'is not an address that begins with https://');

const Box = z
  .strictObject({ x: Share, y: Share, width: Share, height: Share })
  .refine(({ x, width }) => width > 0 && x + width <= 1, 'reaches out of the picture: x + width is at most 1')
  .refine(({ y, height }) => height > 0 && y + height <= 1, 'reaches out of the picture: y + height is at most 1')
  .openapi({ description: 'Shares of the width and the height of the picture, 0–1; x and y are the top left corner.' });

const CastMember = z
  .strictObject({
    characterId: Id.optional(),
    identityId: Id.optional(),
    loraUrl: Url.optional().openapi({
      description: '`identity.technologyData.falCharacterId` of a ready character; an expired signature is no matter.',
    }),
    version: z
      .number()
      .int()
      .min(1)
      .max(MAX_INT)
      .optional()
      .openapi({ description: 'With `characterId`: a version that is current or available. Else the current one.' }),
    strength: z
      .number()
      .int()
      .min(0)
      .max(100)
      .optional()
      .openapi({ description: 'The LoRA scale times 100. When absent, that of the version.' }),
    name: text({ max: MAX_NAME })
      .optional()
      .openapi({ description: "What the prompt calls this character. When absent, the character's name." }),
    position: z.enum(POSITIONS).optional().openapi({
      description:
        'Where the character stands. When absent, the order of the names in the prompt counts, and where that is not clear either, a swap cannot be told.',
    }),
    box: Box.optional(),
  })
  .superRefine((member, context) => {
    const names = [member.characterId, member.identityId, member.loraUrl].filter((name) => name !== undefined);
    if (names.length !== 1) {
      context.addIssue({ code: 'custom', message: 'names a character by one of characterId, identityId and loraUrl' });
    }
    if (member.version !== undefined && member.characterId === undefined) {
      context.addIssue({ code: 'custom', path: ['version'], message: 'goes with a characterId alone' });
    }
    if (member.position !== undefined && member.box !== undefined) {
      context.addIssue({ code: 'custom', path: ['box'], message: 'is given beside a position: leave one of them out' });
    }
  });

const Frame = z
  .strictObject({
    frameId: AppId.optional().openapi({ description: 'Your own name of the frame; it is answered with its stills.' }),
    prompt: text({ max: PROMPT_LIMITS.prompt, lines: true }).openapi({
      description: 'What happens. Name the characters, and do not describe their looks: the LoRA knows them.',
    }),
    characters: z
      .array(CastMember)
      .max(MAX_CAST, `has more than ${MAX_CAST} characters: split the frame into two`)
      .default([]),
    aspectRatio: text({ max: 20 })
      .regex(ASPECT_RATIO, 'is not two numbers with a colon, as 16:9 or 2.39:1')
      .optional()
      .openapi({
        example: '2.39:1',
        description: `From 1:4 to 4:1; ${DEFAULT_ASPECT_RATIO} by default. The picture has about one megapixel.`,
      }),
    size: z
      .strictObject({
        width: z.number().int().min(SIDE.min).max(SIDE.max),
        height: z.number().int().min(SIDE.min).max(SIDE.max),
      })
      .optional()
      .openapi({ description: 'Pixels, in place of an aspect ratio.' }),
    n: z
      .number()
      .int()
      .min(1)
      .max(STILL_LIMITS.variants)
      .default(1)
      .openapi({ description: 'Variants: each is a still of its own, with a seed of its own.' }),
    seed: z.number().int().min(0).max(MAX_SEED).optional().openapi({
      description: 'Of the first variant. When absent, it is made from the key, so a repeat has the same.',
    }),
    location: text({ max: PROMPT_LIMITS.location, lines: true })
      .optional()
      .openapi({ description: 'Where it happens, in words.' }),
    moodboard: z
      .array(text({ max: PROMPT_LIMITS.template, lines: true }))
      .max(PROMPT_LIMITS.templates)
      .default([])
      .openapi({ description: 'The look, in words. `{prompt}` in a text is where the scene goes.' }),
    references: z
      .array(Url)
      .max(STILL_LIMITS.references)
      .default([])
      .openapi({ description: 'Addresses of pictures, for the routes `lora+refs` and `refs`. Others ignore them.' }),
    model: text({ max: MAX_NAME })
      .optional()
      .openapi({ description: 'A name of a model of your own. It is ignored: the route decides what draws.' }),
  })
  .superRefine(({ characters, aspectRatio, size }, context) => {
    if (aspectRatio !== undefined && size !== undefined) {
      context.addIssue({ code: 'custom', path: ['size'], message: 'is given beside an aspectRatio: leave one out' });
    }
    for (const field of ['characterId', 'identityId', 'loraUrl', 'position'] as const) {
      const seen = new Set<string>();
      characters.forEach(({ [field]: value }, index) => {
        if (value !== undefined && seen.has(value)) {
          const message = field === 'position' ? `is taken by another character: "${value}"` : 'is in the frame twice';
          context.addIssue({ code: 'custom', path: ['characters', index, field], message });
        }
        if (value !== undefined) seen.add(value);
      });
    }
  })
  .transform(({ aspectRatio = DEFAULT_ASPECT_RATIO, size, ...frame }) => ({
    ...frame,
    size: size ?? { aspectRatio },
  }));

const Context = z
  .strictObject({
    projectId: AppId.optional(),
    userId: AppId.optional(),
    sceneId: AppId.optional(),
    frameId: AppId.optional(),
  })
  .openapi({ description: 'Ids of your own: kept with the batch, answered with it, and never read.' });

export const StartStills = z
  .strictObject({
    frames: z.array(Frame).min(1).max(STILL_LIMITS.frames),
    route: z.enum(ROUTE_IDS).optional().openapi({
      description:
        'How all frames are drawn. When absent: `lora` for one character, `lora+inpaint` for several. `lora+refs` and `refs` have not been tried with a real key.',
    }),
    maxRepairs: z.number().int().min(0).max(STILL_LIMITS.repairs.most).default(STILL_LIMITS.repairs.default).openapi({
      description: 'How often a still with a finding is repaired or drawn anew, at most.',
    }),
    budgetUsd: z
      .number()
      .min(0)
      .max(MAX_BUDGET_USD)
      .optional()
      .openapi({ description: 'What the batch may cost. When absent, its highest price.' }),
    context: Context.default({}),
  })
  .openapi('StartStills', { example: STILL_EXAMPLES.request });

export const StillsQuery = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: '`true`: the answer is the price and what would be refused, and nothing is started.' }),
  wait: z.coerce.number().int().min(0).max(MAX_WAIT_S).default(0).openapi({
    description:
      'Seconds for which the answer waits for the end of the batch. For a few stills that a person waits for.',
  }),
});

const Price = z
  .object({
    lowestUsd: z.number().openapi({ description: 'Without a repair.' }),
    highestUsd: z.number().openapi({ description: 'With all repairs. It is never exceeded.' }),
    currency: Currency,
  })
  .openapi('StillPrice');

const Cost = z.object({
  reservedUsd: z.number().openapi({ description: 'What open requests may still cost.' }),
  chargedUsd: z.number(),
  currency: Currency,
});

const Ignored = z.object({
  frame: z.number().int(),
  field: z.string(),
  reason: z.string(),
});

const Finding = z
  .object({
    code: z.enum(FINDING_CODES),
    member: z.number().int().optional().openapi({ description: 'The character that it is about: an index of `cast`.' }),
    face: z.number().int().optional().openapi({ description: 'The face that it is about: an index of `faces`.' }),
    characterId: Id.optional().openapi({ description: 'With `off_screen_person`: who it is.' }),
    message: z.string(),
  })
  .openapi('StillFinding');

const FaceBox = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

const Face = z.object({
  box: FaceBox.openapi({ description: 'Pixels of the picture.' }),
  state: z.enum(['recognised', 'open', 'stranger', 'off_screen', 'unverifiable', 'background']).openapi({
    description:
      '`recognised`: one of the cast, with a score. `open`: between two, or not sure enough. `stranger`: nobody of the cast. `off_screen`: a character of the batch who is not in this frame. `unverifiable`: cannot be compared. `background`: too small to count.',
  }),
  member: z.number().int().optional().openapi({ description: 'An index of `cast`.' }),
  score: z.number().optional().openapi({ description: 'Likeness, 0–100. Absent where it cannot be told.' }),
  reason: z.enum(['too_small', 'extreme_pose', 'too_blurred', 'covered']).optional(),
  characterId: Id.optional(),
});

const Picture = z
  .object({
    pictureId: Id,
    number: z.number().int().openapi({ description: 'Counts the pictures of the still from 1.' }),
    kind: z.enum(['draw', 'repaint']),
    base: z
      .number()
      .int()
      .optional()
      .openapi({ description: 'Of a repaint: the number of the picture it was made on.' }),
    seed: z.number().int(),
    size: Size,
    sha256: z.string(),
    flagged: z.boolean().openapi({ description: "Whether the provider's content checker flagged it." }),
    check: z
      .object({ calibration: z.string(), faces: z.array(Face), findings: z.array(Finding) })
      .optional()
      .openapi({ description: 'Absent until it is checked. Faces are from left to right.' }),
    createdAt: Time,
    links: z.object({ content: z.string() }),
  })
  .openapi('StillPicture');

export const Still = z
  .object({
    stillId: Id,
    batchId: Id,
    number: z.number().int().openapi({ description: 'Counts the stills of the batch from 1.' }),
    frame: z.number().int().openapi({ description: 'The index of its frame in the request.' }),
    frameId: z.string().optional(),
    variant: z.number().int(),
    state: z.enum(STILL_STATES).openapi({
      description:
        '`passed`: the check found everybody, or a person accepted it. `flagged`: a person has to look. `failed`: no picture could be made. `refused`: a version of its cast may not be used any more.',
    }),
    route: z.enum(ROUTE_IDS),
    prompt: z.string().openapi({ description: 'The prompt that drew the scene, as it was composed.' }),
    cast: z.array(
      z.object({
        characterId: Id,
        identityId: Id,
        version: z.number().int(),
        name: z.string(),
        referenceStrength: z.number().int(),
        place: z
          .union([z.object({ order: z.number().int() }), z.object({ box: FaceBox })])
          .optional()
          .openapi({ description: 'From the left, counted from 0; or a box. Absent where it is not known.' }),
      }),
    ),
    seed: z.number().int(),
    size: Size,
    price: Price,
    cost: Cost,
    repairs: z.number().int(),
    best: z.number().int().optional().openapi({ description: 'The number of the picture that is kept.' }),
    findings: z.array(Finding).openapi({ description: 'Of the picture that is kept.' }),
    pictures: z.array(Picture),
    accepted: z.object({ by: z.string(), reason: z.string(), at: Time }).optional().openapi({
      description: 'A person accepted it in spite of its findings.',
    }),
    closeReason: z.string().optional(),
    revision: z
      .number()
      .int()
      .openapi({ description: 'The revision of the batch with the newest change of this still.' }),
    createdAt: Time,
    closedAt: Time.optional(),
    links: z.object({
      self: z.string(),
      content: z.string().optional().openapi({ description: 'The picture that is kept.' }),
      temporal: z.string().optional(),
    }),
  })
  .openapi('Still', { example: STILL_EXAMPLES.still });
export type Still = z.infer<typeof Still>;

const Counts = z
  .record(z.enum(STILL_STATES), z.number().int())
  .openapi({ description: 'How many stills are in each state.' });

export const BatchItem = z
  .object({
    batchId: Id,
    state: z.enum(BATCH_STATES).openapi({
      description: '`waiting_for_budget`: it goes on by itself when the budget was raised.',
    }),
    counts: Counts,
    total: z.number().int(),
    maxRepairs: z.number().int(),
    budgetUsd: z.number(),
    price: Price,
    cost: Cost,
    context: z.object({
      projectId: z.string().optional(),
      userId: z.string().optional(),
      sceneId: z.string().optional(),
      frameId: z.string().optional(),
    }),
    ignored: z.array(Ignored).openapi({ description: 'What a route could not use of the request, and why.' }),
    provider: z
      .enum(['fal', 'sandbox'])
      .openapi({ description: '`sandbox`: nothing is drawn by a model, and nothing is paid.' }),
    closeReason: z.string().optional(),
    revision: z
      .number()
      .int()
      .openapi({ description: 'Rises with every change of the batch or of one of its stills.' }),
    createdAt: Time,
    closedAt: Time.optional(),
    links: z.object({
      self: z.string(),
      events: z.string(),
      report: z.string(),
      temporal: z.string().optional(),
    }),
  })
  .openapi('BatchItem', { example: STILL_EXAMPLES.batchPage.items[0] });
export type BatchItem = z.infer<typeof BatchItem>;

export const Batch = BatchItem.extend({
  stills: z.array(Still).openapi({ description: 'In their order, a page of them.' }),
  nextAfter: z
    .number()
    .int()
    .optional()
    .openapi({ description: 'The `after` of the next page of stills. Absent on the last one.' }),
}).openapi('Batch', { example: STILL_EXAMPLES.batch });
export type Batch = z.infer<typeof Batch>;

export const BatchPage = z
  .object({ items: z.array(BatchItem), nextCursor: NextCursor })
  .openapi('BatchPage', { example: STILL_EXAMPLES.batchPage });

export const BatchQuery = PageQuery.extend({ state: z.enum(BATCH_STATES).optional() });

export const StillPageQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_INT)
    .default(0)
    .openapi({ description: 'The number of a still: those behind it are answered.' }),
  limit: z.coerce.number().int().min(0).max(MAX_STILLS).default(DEFAULT_STILLS),
});

export const StillsEstimate = z
  .object({
    price: Price.openapi({ description: 'Of all frames that would not be refused.' }),
    stills: z.number().int(),
    frames: z.array(
      z.object({
        frame: z.number().int(),
        frameId: z.string().optional(),
        route: z.enum(ROUTE_IDS).optional().openapi({ description: 'Absent when the frame would be refused.' }),
        stills: z.number().int(),
        price: Price.optional(),
        prompt: z.string().optional().openapi({ description: 'As it would be composed.' }),
      }),
    ),
    ignored: z.array(Ignored),
    refusals: z
      .array(
        z.object({
          frame: z.number().int().optional().openapi({ description: 'Absent where it is about the whole request.' }),
          code: z.string().openapi({ description: 'The code of the problem that a start would answer.' }),
          message: z.string(),
        }),
      )
      .openapi({ description: 'Why a start would be refused. Empty: it would not be.' }),
  })
  .openapi('StillsEstimate', { example: STILL_EXAMPLES.estimate });
export type StillsEstimate = z.infer<typeof StillsEstimate>;

export const BatchCancelSent = z
  .object({ batchId: Id, links: z.object({ self: z.string() }) })
  .openapi('BatchCancelSent', {
    description: 'The batch was asked to stop. It first stops and settles its open requests.',
    example: STILL_EXAMPLES.cancelSent,
  });

export const SetBatchBudget = z
  .strictObject({ budgetUsd: z.number().min(0).max(MAX_BUDGET_USD) })
  .openapi('SetBatchBudget', { example: { budgetUsd: 5 } });

export const AgainQuery = StillsQuery.pick({ dryRun: true });

export const StillAgain = z
  .object({
    still: Still,
    priceUsd: z.number().openapi({ description: 'What the pass costs at most.' }),
    currency: Currency,
  })
  .openapi('StillAgain', { example: STILL_EXAMPLES.again });
export type StillAgain = z.infer<typeof StillAgain>;

export const StillAgainPrice = StillAgain.omit({ still: true }).openapi('StillAgainPrice', {
  example: STILL_EXAMPLES.againPrice,
});
export type StillAgainPrice = z.infer<typeof StillAgainPrice>;

export const AcceptStill = z
  .strictObject({ reason: text({ max: MAX_REASON, lines: true }).openapi({ description: 'Kept with the still.' }) })
  .openapi('AcceptStill', { example: { reason: 'He is seen from behind, and it is his coat.' } });

export const BatchInPath = z.object({ batchId: Id.openapi({ param: { name: 'batchId', in: 'path' } }) });
export const StillInPath = BatchInPath.extend({ stillId: Id.openapi({ param: { name: 'stillId', in: 'path' } }) });

const Appearance = z.object({
  stillId: Id,
  number: z.number().int(),
  frame: z.number().int(),
  variant: z.number().int(),
  score: z.number().optional().openapi({ description: 'Absent where the face was not found or cannot be compared.' }),
});

export const StillsReport = z
  .object({
    batchId: Id,
    state: z.enum(BATCH_STATES),
    counts: Counts,
    price: Price,
    cost: Cost,
    characters: z.array(
      z.object({
        characterId: Id,
        name: z.string(),
        appearances: z.array(Appearance).openapi({ description: 'In the order of the stills.' }),
        mean: z.number().optional(),
        lowest: z.number().optional(),
        drift: z.object({ perTenFrames: z.number(), lastMinusFirst: z.number() }).optional().openapi({
          description:
            'How the likeness changes over the frames, in points; negative: it falls. `perTenFrames` by a straight line through all scores. `lastMinusFirst`: the mean of the last third minus that of the first. Absent for fewer than four scores.',
        }),
      }),
    ),
    worst: z
      .array(
        z.object({
          stillId: Id,
          number: z.number().int(),
          findings: z.array(z.enum(FINDING_CODES)),
          lowest: z.number().optional().openapi({ description: 'The lowest score of its faces.' }),
          links: z.object({ self: z.string(), content: z.string().optional() }),
        }),
      )
      .openapi({
        description: 'Flagged stills first, then by the number of findings and the lowest score; at most ten.',
      }),
    findings: z.array(z.object({ code: z.enum(FINDING_CODES), count: z.number().int() })).openapi({
      description: 'Of the pictures that are kept; the commonest first.',
    }),
  })
  .openapi('StillsReport', { example: STILL_EXAMPLES.report });
export type StillsReport = z.infer<typeof StillsReport>;

/** In OpenAPI 3.1 the `schema` of an event stream describes each event. */
export const StillEvent = z
  .object({
    event: z.enum(['batch', 'still', 'end']),
    id: z.string().optional().openapi({ description: 'A revision. A new stream goes on behind it.' }),
    data: z.string().openapi({
      description: 'JSON. For `batch` a BatchItem, for `still` a Still, for `end` the state of the batch.',
    }),
  })
  .openapi('StillEvent', { example: { event: 'end', data: '{"state":"done"}' } });
