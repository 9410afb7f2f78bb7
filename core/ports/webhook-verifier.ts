// Whether a webhook comes from the provider.

export interface WebhookVerifier {
  /** `stale`: signed by fal, but older than fal's own limit allows. */
  verify(headers: Headers, rawBody: Uint8Array): Promise<'valid' | 'stale' | 'invalid'>;
}
