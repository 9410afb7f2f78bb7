// Every English text of the parts, by screen: each in its file of texts/. What the API says of itself (findings,
// problems, failures) is shown as it comes. Stages have their words in domain/stage.ts.

import { cast } from './texts/cast.ts';
import { common, picture } from './texts/common.ts';
import { decisions } from './texts/decisions.ts';
import { modal, run } from './texts/prepare.ts';
import { retest } from './texts/retest.ts';
import { review } from './texts/review.ts';
import { scene } from './texts/scene.ts';
import { stills } from './texts/stills.ts';

export const texts = { common, picture, cast, modal, run, review, retest, decisions, scene, stills };
