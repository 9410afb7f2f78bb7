// Reads the request id of a webhook's body. The rest is never trusted; the result is read from fal.

import { z } from 'zod';
import { REQUEST_ID } from './ids.ts';

export const webhookBodySchema = z.object({
  /** The id in the answer to the submit. */
  request_id: z.string().regex(REQUEST_ID),
  /** The id of the last attempt; differs when fal ran the job again. */
  gateway_request_id: z.string().nullish(),
  /** OK or ERROR today. */
  status: z.string().nullish(),
});
