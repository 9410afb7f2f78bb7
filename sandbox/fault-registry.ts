// What can go wrong between a caller and fal, named, so that a test can ask for it. This is the one list: the rules,
// the counts, `--help` and the table in README.md follow it. To add one: a line here, and one question to `faults` at
// the place where it happens.

/** Where in the life of a request a fault strikes. */
export type FaultPlace =
  | 'account'
  | 'upload'
  | 'submit'
  | 'queue'
  | 'status'
  | 'cancel'
  | 'result'
  | 'webhook'
  | 'file';

interface FaultEntry {
  at: FaultPlace;
  /** One sentence. */
  does: string;
}

export const FAULTS = {
  account_locked: { at: 'account', does: 'submits and uploads answer 403 as of a locked account, all else goes on' },
  account_admin_locked: { at: 'account', does: 'the same, as of a lock by the staff of fal, which no payment opens' },
  endpoint_access_denied: { at: 'account', does: 'a submit answers 403 as for an endpoint that the key may not use' },
  api_key_revoked: { at: 'account', does: 'a request with a good key is answered 401' },

  upload_initiate_403: { at: 'upload', does: 'the place for an upload is refused with 403' },
  upload_put_503: { at: 'upload', does: 'the bytes of an upload are answered 503 and not kept' },
  upload_part_503: { at: 'upload', does: 'one part of an upload is answered 503 and not kept' },

  lost_submit_response: { at: 'submit', does: 'the submit is accepted, and its connection is reset before the answer' },
  submit_502_after_acceptance: { at: 'submit', does: 'the submit is accepted, and the ingress answers 502 with HTML' },
  submit_504_after_acceptance: { at: 'submit', does: 'the submit is accepted, and the ingress answers 504 with HTML' },
  submit_without_request_id: { at: 'submit', does: 'the submit is accepted with 200, but no request id is told' },
  submit_503_before_acceptance: { at: 'submit', does: 'the ingress answers 503 with HTML and nothing is accepted' },
  submit_429: { at: 'submit', does: 'the submit is answered 429 with Retry-After and nothing is accepted' },
  duplicate_submit: {
    at: 'submit',
    does: 'one POST is taken twice, as from a repeating proxy, and the first id is told',
  },
  model_deprecated: { at: 'submit', does: 'the endpoint is gone, and a submit answers 404' },

  stuck_in_queue: { at: 'queue', does: 'a request accepted now does not start as long as the rule stands' },
  requeued: { at: 'queue', does: 'half-way through its run a request is back IN_QUEUE, and is run again later' },

  status_500: { at: 'status', does: 'a status question is answered 500' },
  status_429: { at: 'status', does: 'a status question is answered 429 with Retry-After' },
  status_404: { at: 'status', does: 'a status question is answered 404 for a request that exists' },
  unknown_status: { at: 'status', does: 'a status question is answered with a state that fal never documented' },
  unknown_fields: { at: 'status', does: 'an answer or webhook about a request has fields that fal never documented' },
  status_stream_cut: { at: 'status', does: 'a status stream breaks off after its first event' },
  listing_500: { at: 'status', does: 'the listing of requests is answered 500' },

  cancel_race: { at: 'cancel', does: 'a cancel is answered 202, yet the request runs, completes and is charged' },

  training_fails: { at: 'result', does: 'a training ends as 422 face_detection_error and is not charged' },
  image_fails: { at: 'result', does: 'a generation ends as 500 downstream_service_error and is not charged' },
  result_422: { at: 'result', does: 'a request is COMPLETED without error, and its result is 422 and not charged' },
  result_422_charged: { at: 'result', does: 'a request is COMPLETED without error, and its result is 422 and charged' },
  completed_with_error: { at: 'result', does: 'a request is COMPLETED with error and error_type, and not charged' },
  result_expired: { at: 'result', does: 'a result is answered 404, as after its retention' },
  output_without_lora: { at: 'result', does: 'a training is charged, but its output has no diffusers_lora_file' },
  output_without_images: { at: 'result', does: 'a generation is charged, but its list of images is empty' },
  policy_violation: {
    at: 'result',
    does: 'a generation ends as 422 content_policy_violation with categories and field, and is not charged',
  },
  output_nsfw: {
    at: 'result',
    does: 'every image of a generation whose checker is on is black, and marked in has_nsfw_concepts',
  },
  swap: { at: 'result', does: 'the person of a LoRA and another one of the picture stand in each other’s place' },
  blend: { at: 'result', does: 'the face of the person of a LoRA is half that of another one of the picture' },
  missing: { at: 'result', does: 'the person of a LoRA is not in the picture' },
  duplicate: { at: 'result', does: 'the person of a LoRA is in the picture twice' },
  extra_person: { at: 'result', does: 'somebody whom nobody asked for is in the picture' },
  off_screen_leak: {
    at: 'result',
    does: 'somebody is in the picture whom another LoRA shows that was trained or used here',
  },
  wrong_age: { at: 'result', does: 'the person of a LoRA is less like the photos, as at another age' },
  repair_misses: { at: 'result', does: 'an inpainting leaves the face as it is, or paints a stranger' },
  price_change: { at: 'result', does: 'a request is billed twice its units' },

  webhook_never: { at: 'webhook', does: 'the webhook of a finished request is not sent' },
  webhook_duplicated: {
    at: 'webhook',
    does: 'a webhook comes again after it was acknowledged (setting webhookCopies)',
  },
  webhook_before_response: { at: 'webhook', does: 'a submit is answered only when its webhook has been delivered' },
  webhook_out_of_order: { at: 'webhook', does: 'a webhook waits until that of another request went out, at most 5 s' },
  webhook_stale: { at: 'webhook', does: 'a webhook is truly signed, ten minutes ago' },
  webhook_clock_skew: { at: 'webhook', does: 'a webhook is truly signed by a clock that is ten minutes ahead' },
  webhook_bad_signature: { at: 'webhook', does: 'the signature of a webhook does not hold' },
  webhook_key_rotated: {
    at: 'webhook',
    does: 'a webhook is signed with a new key, which the key set serves from then on',
  },
  webhook_payload_null: { at: 'webhook', does: 'a webhook has payload null and a payload_error' },
  gateway_id_differs: { at: 'webhook', does: 'a webhook has another gateway_request_id than request_id' },

  file_404: { at: 'file', does: 'a download is answered 404 for a file that exists' },
  file_expired: { at: 'file', does: 'a download is answered 404, and the file is gone for good' },
  file_truncated: { at: 'file', does: 'a download has only the first half of the file, as though that were all' },
  file_cut: { at: 'file', does: 'the connection of a download breaks off half-way' },
  slow_download: { at: 'file', does: 'a download comes at 32 KiB a second' },
} as const satisfies Record<string, FaultEntry>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as [FaultName, ...FaultName[]];
