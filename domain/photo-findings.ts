// The findings that a photo can have, and their form. The codes are part of the HTTP contract.

export const FINDING_CODES = [
  'unsupported_format',
  'animated',
  'truncated',
  'too_many_bytes',
  'too_many_pixels',
  'corrupt',
  'low_resolution',
  'no_face',
  'several_faces',
  'bystander',
  'face_too_small',
  'face_cut_off',
  'face_turned_away',
  'face_covered',
  'turned',
  'badly_lit',
  'blurred',
  'wrong_person',
  'duplicate',
  'near_duplicate',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export type PhotoVerdict = 'accepted' | 'warned' | 'rejected';

/** Degrees, clockwise. */
export const QUARTER_TURNS = [90, 180, 270] as const;
export type QuarterTurn = (typeof QUARTER_TURNS)[number];

export interface Measured {
  /** The measured value, and the limit that it missed; absent where a number does not help. */
  value?: number;
  limit?: number;
  /** The photo of the same set that this one repeats. The message is readable without it. */
  otherPhotoId?: string;
  /** The degrees to turn the photo upright. */
  turnBy?: QuarterTurn;
}

export interface Finding extends Measured {
  code: FindingCode;
  severity: 'warning' | 'rejection';
  /** A sentence that says what is wrong and what to do. */
  message: string;
}

export interface PhotoReport {
  photoId: string;
  verdict: PhotoVerdict;
  findings: Finding[];
}

export function rejection(code: FindingCode, message: string, measured: Measured = {}): Finding {
  return { code, severity: 'rejection', message, ...rounded(measured) };
}

export function warning(code: FindingCode, message: string, measured: Measured = {}): Finding {
  return { code, severity: 'warning', message, ...rounded(measured) };
}

export function verdictOf(findings: readonly Finding[]): PhotoVerdict {
  if (findings.some((f) => f.severity === 'rejection')) return 'rejected';
  return findings.length > 0 ? 'warned' : 'accepted';
}

const DIGITS = 3;

function rounded({ value, ...rest }: Measured): Measured {
  return value === undefined ? rest : { value: Number(value.toFixed(DIGITS)), ...rest };
}
