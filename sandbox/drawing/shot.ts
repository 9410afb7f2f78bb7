// What a prompt asks to see: how the person is framed, lit, and what the face does.

export interface Shot {
  framing: 'portrait' | 'fullbody' | 'profile' | 'medium';
  dramatic: boolean;
  smiling: boolean;
}

const FULL_BODY = /full[- ]?body|full[- ]length|head to toe/i;
const PROFILE = /\bprofile\b|side view|from the side|three[- ]quarter/i;
const PORTRAIT = /headshot|portrait|close[- ]?up/i;
const DRAMATIC = /dramatic|rim[- ]?light|chiaroscuro|low[- ]key|side[- ]?lit|backlit|neon|hard light|moody/i;
const SMILING = /smil|laugh|grin|joy|happy|cheerful/i;

/** Reads the shot from the words of a prompt; lighting and expression tests are close portraits. */
export function readShot(prompt: string): Shot {
  const dramatic = DRAMATIC.test(prompt);
  const smiling = SMILING.test(prompt);
  const close = PORTRAIT.test(prompt) || dramatic || smiling;
  const framing = FULL_BODY.test(prompt)
    ? 'fullbody'
    : PROFILE.test(prompt)
      ? 'profile'
      : close
        ? 'portrait'
        : 'medium';
  return { framing, dramatic, smiling };
}
