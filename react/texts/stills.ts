// A batch of stills: its frames, their faces, and what is done with them.

import type { BatchState, FaceState, FindingCode, StillState } from '../../domain/stills/still.ts';
import { count } from './count.ts';

const batchState: Record<BatchState, string> = {
  running: 'Being drawn',
  waiting_for_budget: 'Waits for budget',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

const state: Record<StillState, string> = {
  queued: 'Waits',
  drawing: 'Being drawn',
  checking: 'Being checked',
  repairing: 'Being repaired',
  passed: 'Passed',
  flagged: 'Look at it',
  failed: 'Failed',
  refused: 'Refused',
  cancelled: 'Cancelled',
};

/** What to do about a finding. */
const next: Record<FindingCode, string> = {
  missing_character: 'Redraw: another seed may show everybody.',
  extra_person: 'Redraw: another seed may leave them out.',
  duplicate_character: 'Redraw: another seed may show them once.',
  swapped: 'Repair: each face is painted in its own place.',
  blended: 'Repair: the face is painted anew by itself.',
  low_likeness: 'Compare with the reference photos, then repair the face, or accept it.',
  off_screen_person: 'Redraw: another seed may leave them out.',
  face_unverifiable: 'Compare with the reference photos, then accept it, or redraw.',
  provider_flagged: 'Redraw, or change the prompt: the picture may be black.',
};

/** A finding in two words, where many are counted. */
const finding: Record<FindingCode, string> = {
  missing_character: 'somebody is missing',
  extra_person: 'somebody else is there',
  duplicate_character: 'somebody is there twice',
  swapped: 'in the place of another',
  blended: 'two faces mixed',
  low_likeness: 'not like enough',
  off_screen_person: 'of another frame',
  face_unverifiable: 'cannot be compared',
  provider_flagged: 'flagged by the provider',
};

const face: Record<Exclude<FaceState, 'recognised'>, string> = {
  open: 'Not sure who',
  stranger: 'Nobody of the cast',
  off_screen: 'Does not belong here',
  unverifiable: 'Cannot be compared',
  background: 'In the background',
};

export const stills = {
  heading: (span: string) => `Scene of ${span} ago`,
  loading: 'Loading the scene',
  noSuch: 'The scene could not be loaded',
  back: 'All scenes',
  batchState,
  state,
  next,
  finding,
  progress: (ended: number, of: number) => `${ended} of ${count(of, 'still')} done`,
  flagged: (n: number) => `${count(n, 'still')} to look at`,
  cost: (charged: string, highest: string) => `${charged} of at most ${highest}`,
  stop: {
    stop: 'Stop',
    stopSure: 'Stills that are done stay. What was paid is not given back. Stop it?',
    stopYes: 'Stop it',
    stopNo: 'Go on',
    stopping: 'Stopping…',
    stopFailed: 'It could not be stopped',
  },
  budget: {
    used: (budget: string) => `The budget of ${budget} is used up`,
    usedLead: (highest: string) => `Raise it to go on. All stills with all repairs cost ${highest}.`,
    month: 'The budget of the month is used up',
    monthLead: 'It goes on by itself when the budget of the month was raised.',
    toOperations: 'Open operations',
    field: 'New budget in dollars',
    wrong: (budget: string) => `Enter an amount above ${budget}, such as 2.50.`,
    raise: 'Raise the budget',
    raised: 'The budget was raised',
    raisedLead: 'It goes on by itself within half a minute.',
  },
  ignored: 'What was not used',
  frames: 'Frames',
  show: {
    label: 'Which stills',
    all: (n: number) => `All ${n}`,
    flagged: (n: number) => `To look at ${n}`,
  },
  frame: (n: number) => `Frame ${n}`,
  variant: (n: number) => `Variant ${n}`,
  open: (name: string) => `${name}: show full size`,
  picture: (name: string) => `Picture of ${name}`,
  none: 'No picture could be made.',
  faces: 'Faces',
  findings: 'Findings',
  noFindings: 'Everybody is there, and each face is recognised.',
  unchecked: 'The faces are not checked yet.',
  accepted: (by: string) => `Accepted by ${by}`,
  face,
  maybe: (name: string) => `${name}?`,
  because: {
    too_small: 'too small',
    extreme_pose: 'turned away',
    too_blurred: 'too blurred',
    covered: 'covered',
  },
  score: (name: string, score: string) => `${name} ${score}`,
  actions: 'What to do with it',
  action: { repair: 'Repair', redraw: 'Redraw', accept: 'Accept' },
  notNow: {
    running: 'Not now: it is being drawn.',
    noPicture: 'There is no picture that could be repaired.',
    notFlagged: 'Only a still with findings waits for somebody to accept it.',
  },
  again: {
    repair: {
      title: (name: string) => `Repair ${name}?`,
      lead: 'Faces with a finding are painted anew. Where that does not help, the frame is drawn anew. The best picture is kept.',
      confirm: 'Repair and pay',
    },
    redraw: {
      title: (name: string) => `Redraw ${name}?`,
      lead: 'The whole frame is drawn anew with a new seed. The best picture is kept.',
      confirm: 'Redraw and pay',
    },
    price: (price: string) => `It costs ${price} at most.`,
  },
  accept: {
    title: (name: string) => `Accept ${name}?`,
    lead: 'It passes as it is. Its findings stay with it.',
    reason: 'Reason',
    reasonHint: 'Why it is right in spite of its findings.',
    confirm: 'Accept',
  },
  compare: {
    label: 'Beside the reference photos',
    with: 'Compare with',
    face: (name: string) => `The face: ${name}`,
    noFace: 'No face was found.',
  },
  pictures: {
    label: 'Pictures of this still',
    name: (n: number) => `Picture ${n}`,
    kept: (n: number) => `Picture ${n}, kept`,
  },
  report: {
    heading: 'How it came out',
    likeness: 'Likeness of each character',
    mean: (mean: string, lowest: string) => `${mean} on average, ${lowest} at worst.`,
    unscored: 'No score yet.',
    drift: {
      falls: (points: string) => `Falls by ${points} points in ten frames.`,
      rises: (points: string) => `Rises by ${points} points in ten frames.`,
      steady: 'Steady over the frames.',
    },
    chart: (names: string) => `Likeness over the stills of ${names}. The table has the same numbers.`,
    still: 'Still',
    asTable: 'Show as a table',
    table: 'Likeness in each still',
    notInIt: 'not in it',
    noScore: 'no score',
    findings: 'What is wrong most often',
    finding: (n: number, what: string) => `${n} × ${what}`,
    worst: 'Look at these first',
    lowest: (score: string) => `lowest ${score}`,
    sheet: 'Download sheet',
    sheetMaking: 'Making the sheet…',
    sheetDone: 'The sheet was saved.',
  },
  full: {
    place: (n: number, of: number) => `Still ${n} of ${of}`,
    previous: 'Previous still',
    next: 'Next still',
    prompt: 'Prompt',
    hint: '← → still · ↑ ↓ reference · R repair · D redraw · A accept · Esc close',
  },
};
