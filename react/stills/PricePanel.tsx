// What a request costs, what of it cannot be used, and why it would be refused: all before the click that pays.

import type { StillsEstimate } from '../../client/index.ts';
import { errorText } from '../state/error-text.ts';
import type { KnownEstimate } from '../state/use-stills.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import { priceRange } from './price-text.ts';
import './PricePanel.css';

const t = texts.scene.price;

interface PricePanelProps {
  known: KnownEstimate;
  /** Why nothing is asked yet. */
  missing: string | undefined;
}

export function PricePanel({ known: { estimate, isCurrent, error, again }, missing }: PricePanelProps) {
  const isAsking = missing === undefined && !isCurrent && !error;
  return (
    <section className="lk-price" aria-label={t.heading}>
      {error ? (
        <Notice
          tone="bad"
          title={t.failed}
          actions={
            <Button size="small" icon="retry" onClick={again}>
              {texts.common.tryAgain}
            </Button>
          }
        >
          {errorText(error)}
        </Notice>
      ) : null}
      {estimate && missing === undefined ? <Said estimate={estimate} isOld={!isCurrent} /> : null}
      <p className="lk-price-standing lk-soft lk-small" role="status">
        {isAsking ? <Spinner /> : null}
        {missing !== undefined ? t.waits : isAsking ? t.asking : estimate?.stills ? t.meaning : null}
      </p>
    </section>
  );
}

/** Of one frame: the prompts of a storyboard are with its stills later. */
function Composed({ frames }: Pick<StillsEstimate, 'frames'>) {
  const [first, second] = frames;
  if (!first?.prompt || second) return null;
  return (
    <details className="lk-price-prompt">
      <summary className="lk-small">{t.composed}</summary>
      <p className="lk-soft lk-small">{first.prompt}</p>
    </details>
  );
}

function Said({ estimate, isOld }: { estimate: StillsEstimate; isOld: boolean }) {
  const { price, stills, refusals, ignored, frames } = estimate;
  const inFrame = (frame: number | undefined, text: string) =>
    frame === undefined || frames.length < 2 ? text : t.inFrame(frame + 1, text);
  return (
    <>
      {stills > 0 ? (
        <p className="lk-price-sum lk-numbers" data-old={isOld || undefined}>
          <strong>{priceRange(price)}</strong> {t.of(stills)}
        </p>
      ) : null}
      {refusals.length > 0 ? (
        <Notice tone="bad" title={t.refused}>
          <ul className="lk-price-list">
            {refusals.map(({ frame, code, message }) => (
              <li key={`${frame} ${code} ${message}`}>{inFrame(frame, message)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <Composed frames={frames} />
      {ignored.length > 0 ? (
        <Notice tone="warn" title={t.ignored}>
          <ul className="lk-price-list">
            {ignored.map(({ frame, field, reason }) => (
              <li key={`${frame} ${field}`}>{inFrame(frame, reason)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </>
  );
}
