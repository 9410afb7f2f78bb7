// Whether a webhook comes from the provider.

export interface WebhookVerifier {
  /** `stale`: truly signed by fal, but longer ago than its own limit allows. */
  verify(headers: Headers, rawBody: Uint8Array): Promise<'valid' | 'stale' | 'invalid'>;
}
