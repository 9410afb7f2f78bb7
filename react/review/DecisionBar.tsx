// Where a round is decided: always in sight, with the keys that do the same.

import { texts } from '../texts.ts';
import { Button } from '../ui/Button.tsx';
import './DecisionBar.css';

const t = texts.review.decide;

export function DecisionBar({ onApprove, onReject }: { onApprove: () => void; onReject: () => void }) {
  return (
    <section className="lk-decision-bar" aria-label={t.label}>
      <ul className="lk-decision-hints lk-small" aria-label={t.keys}>
        {t.hints.map(([key, what]) => (
          <li key={key}>
            <kbd>{key}</kbd> {what}
          </li>
        ))}
      </ul>
      <div className="lk-decision-buttons">
        <Button aria-keyshortcuts="R" onClick={onReject}>
          {t.reject}
        </Button>
        <Button look="primary" icon="check" aria-keyshortcuts="A" onClick={onApprove}>
          {t.approve}
        </Button>
      </div>
    </section>
  );
}
