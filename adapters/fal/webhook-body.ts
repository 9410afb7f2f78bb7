// What is read of a webhook's body: which request it is about. The rest is never trusted, the result is fetched.

import { z } from 'zod';
import { REQUEST_ID } from './ids.ts';

export const webhookBodySchema = z.object({
  /** The id that the submit was answered with. */
  request_id: z.string().regex(REQUEST_ID),
  /** The id of the last attempt; differs when fal ran the job again. */
  gateway_request_id: z.string().nullish(),
  /** OK or ERROR today. */
  status: z.string().nullish(),
});
