// Fields that fal never documented, as a new version of it might send: readers have to ignore them.

const UNKNOWN_FIELDS = { tier: 'EXPEDITED', trace: { span: '00f067aa0ba902b7', hops: [1, null, 'edge'] } };

/** The body with those fields when `strikes`, else as it is. What is no object stays as it is. */
export function withUnknownFields<T>(body: T, strikes: boolean): T {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return strikes && isObject ? { ...UNKNOWN_FIELDS, ...body } : body;
}
