// What is wrong with a picture, each with what to do next.

import type { StillFinding } from '../../client/index.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/Icon.tsx';
import './FindingList.css';

interface FindingListProps {
  findings: readonly StillFinding[];
  withNext?: boolean;
}

export function FindingList({ findings, withNext = true }: FindingListProps) {
  if (findings.length === 0) return null;
  return (
    <ul className="lk-still-findings" aria-label={texts.stills.findings}>
      {findings.map(({ code, member, face, message }) => (
        <li key={`${code} ${member} ${face}`} data-finding={code}>
          <Icon name="alert" />
          <span>
            {message} {withNext ? <span className="lk-soft">{texts.stills.next[code]}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
