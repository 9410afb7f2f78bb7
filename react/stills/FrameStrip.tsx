// The frames of a storyboard one beside the other: what happens, who is in each, and what is wrong with it.

import type { StillsEstimate } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { Badge } from '../ui/Badge.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Notice } from '../ui/Notice.tsx';
import { dollars } from './price-text.ts';
import type { Storyboard, StoryboardFrame } from './storyboard.ts';
import './FrameStrip.css';

const t = texts.scene.storyboard;

interface FrameStripProps {
  storyboard: Storyboard;
  /** Of these very frames; undefined while it is not known. */
  estimate: StillsEstimate | undefined;
}

export function FrameStrip({ storyboard: { frames, problems, unused }, estimate }: FrameStripProps) {
  if (frames.length === 0) return null;
  return (
    <section className="lk-strip" aria-label={t.strip}>
      <p className="lk-strip-count lk-numbers" role="status">
        {t.frames(frames.length)}
      </p>
      {unused.length > 0 ? <Notice tone="warn">{t.unused(unused.join(', '))}</Notice> : null}
      {problems.length > 0 ? (
        <Notice tone="bad" title={t.problems}>
          <ul className="lk-price-list">
            {problems.map(({ line, message }) => (
              <li key={`${line} ${message}`}>{t.inLine(line, message)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {/* It scrolls sideways, so the keyboard has to be able to reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (axe: scrollable-region-focusable). */}
      <ol className="lk-strip-list" tabIndex={0} aria-label={t.strip}>
        {frames.map((frame, index) => (
          <Frame key={frame.line} frame={frame} index={index} estimate={estimate} />
        ))}
      </ol>
    </section>
  );
}

interface FrameProps {
  frame: StoryboardFrame;
  index: number;
  estimate: StillsEstimate | undefined;
}

function Frame({ frame: { frameId, prompt, cast }, index, estimate }: FrameProps) {
  const refused = estimate?.refusals.find(({ frame }) => frame === index);
  const price = estimate?.frames[index]?.price;
  return (
    <li data-refused={refused ? true : undefined}>
      <p className="lk-strip-head">
        <span className="lk-strip-name">{frameId ?? texts.stills.frame(index + 1)}</span>
        {price ? <span className="lk-soft lk-small lk-numbers">{t.from(dollars(price.lowestUsd))}</span> : null}
      </p>
      <p className="lk-strip-prompt lk-small">{prompt}</p>
      <p className="lk-strip-cast">
        {cast.map(({ id, name }) => (
          <Badge key={id}>
            <span className="lk-strip-person">{name}</span>
          </Badge>
        ))}
        {cast.length === 0 ? <Badge tone="warn">{t.nobody}</Badge> : null}
      </p>
      {refused ? (
        <p className="lk-field-error">
          <Icon name="alert" />
          {refused.message}
        </p>
      ) : null}
    </li>
  );
}
