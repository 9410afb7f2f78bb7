// Where a reference photo comes from.

/** `pictureId`: a test image, or a picture of a still. It may be deleted since. */
export type PhotoOrigin = { kind: 'uploaded' } | { kind: 'generated'; pictureId: string };

export const UPLOADED: PhotoOrigin = { kind: 'uploaded' };
